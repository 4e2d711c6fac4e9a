import { ConfigurationError } from '@aitrader/runtime-configuration';

type Environment = Readonly<Record<string, string | undefined>>;

const LOOPBACK: ReadonlySet<string> = new Set(['localhost', '127.0.0.1', '[::1]']);

/**
 * The base URL of a stream: `otherwise`, or what a variable says. Keys leave the machine over TLS alone, and a clock that shows another day
 * has no business with a real market. @throws ConfigurationError
 */
export function streamUrl(env: Environment, variable: string, otherwise: string): string {
  const text = env[variable] ?? otherwise;
  const parsed = URL.canParse(text) ? new URL(text) : undefined;
  const isHere = parsed !== undefined && LOOPBACK.has(parsed.hostname);
  if (parsed?.protocol !== 'wss:' && !(parsed?.protocol === 'ws:' && isHere))
    throw new ConfigurationError(variable, [`must be a wss URL such as ${otherwise}, got "${text}"`]);
  refuseRehearsal(env, isHere);
  return text.replace(/\/+$/, '');
}

/** @throws ConfigurationError for a rehearsal with a vendor that is elsewhere */
export function refuseRehearsal(env: Environment, isHere: boolean): void {
  if ((env['AITRADER_CLOCK'] ?? '') === '' || isHere) return;
  throw new ConfigurationError('AITRADER_CLOCK', [
    'is for rehearsals against a vendor on this machine, and this one is elsewhere',
  ]);
}

/** Whether a variable names a place on this machine. */
export function isOnThisMachine(env: Environment, variable: string): boolean {
  const text = env[variable] ?? '';
  return URL.canParse(text) && LOOPBACK.has(new URL(text).hostname);
}
