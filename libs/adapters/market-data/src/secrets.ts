/*
 * Keys, and how they are kept out of everything that is written.
 *
 * 1. `withoutSecrets` leaves no key in a text, as it is or as a URL spells it.
 */

const REDACTED = '***';
/** Below this a "key" may be a part of any word or number: only where it stands alone it is taken for the key. */
const UNMISTAKABLE_CHARACTERS_MIN = 8;

const escaped = (text: string): string => text.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);

/** What a key looks like in a text. */
function patternOf(secret: string): RegExp {
  const spelled = [...new Set([secret, encodeURIComponent(secret)])].map(escaped).join('|');
  return secret.length < UNMISTAKABLE_CHARACTERS_MIN
    ? new RegExp(`(?<![\\w.])(?:${spelled})(?![\\w.])`, 'g')
    : new RegExp(spelled, 'g');
}

/** Takes keys out of texts. */
export function withoutSecrets(secrets: readonly string[]): (text: string) => string {
  const patterns = secrets.filter((secret) => secret !== '').map(patternOf);
  return (text) => patterns.reduce((rest, pattern) => rest.replaceAll(pattern, REDACTED), text);
}
