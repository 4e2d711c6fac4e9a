import { signingKeysOf } from '@aitrader/runtime-signing';

/** The folder of keys that are trusted: the one that the environment names, or that of a home. */
export const trustedFolder = (home: string): string => process.env['AITRADER_TRUSTED_KEYS'] ?? signingKeysOf(home).trusted;
