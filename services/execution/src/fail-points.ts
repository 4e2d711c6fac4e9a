import { appendFileSync, existsSync, readFileSync } from 'node:fs';

const SHARES = /^(0|1|0\.\d+)(,[a-z-]+=(0|1|0\.\d+))*$/;

/**
 * What a proof of crashes sets in the environment: at every named point the process kills itself with the probability that
 * `AITRADER_FAIL_SHARE` tells, such as `0.002,submit=0.2` where points that begin with `submit` have one of their own, and writes the name of
 * the point to `AITRADER_FAIL_LOG` before; once that has as many as `AITRADER_FAIL_MAX`, no more. Without them, nothing.
 */
export function failPointIn(env: Readonly<Record<string, string | undefined>>): (name: string) => void {
  const { AITRADER_FAIL_SHARE: shares, AITRADER_FAIL_LOG: log, AITRADER_FAIL_MAX: most = 'Infinity' } = env;
  if (shares === undefined || log === undefined) return () => undefined;
  if (!SHARES.test(shares)) throw new Error(`AITRADER_FAIL_SHARE must be such as 0.002,submit=0.2, got "${shares}"`);
  if (killsIn(log) >= Number(most)) return () => undefined;
  const [others = '0', ...named] = shares.split(',');
  const own = named.map((one) => one.split('='));
  const shareOf = (name: string): number => Number(own.find(([prefix = '']) => name.startsWith(prefix))?.[1] ?? others);
  return (name) => {
    if (Math.random() >= shareOf(name)) return;
    appendFileSync(log, `${name}\n`);
    process.kill(process.pid, 'SIGKILL');
  };
}

/** A process is killed once at most: what it finds when it begins is what there is. */
const killsIn = (log: string): number => (existsSync(log) ? readFileSync(log, 'utf8').split('\n').length - 1 : 0);
