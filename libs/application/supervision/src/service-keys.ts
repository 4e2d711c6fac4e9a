import path from 'node:path';
import type { StageName } from '@aitrader/contracts';
import { signingKeysOf } from '@aitrader/runtime-signing';

/** What a service of a home is told of keys: whose signatures count, and to risk alone the key that orders are signed with. */
export function serviceKeys(home: string, stage: StageName, env: NodeJS.ProcessEnv = process.env): NodeJS.ProcessEnv {
  const { risk, trusted } = signingKeysOf(path.resolve(home));
  const theirs = { AITRADER_TRUSTED_KEYS: env['AITRADER_TRUSTED_KEYS'] ?? trusted };
  return stage === 'risk' ? { ...theirs, AITRADER_RISK_KEY: env['AITRADER_RISK_KEY'] ?? `file:${risk}` } : theirs;
}
