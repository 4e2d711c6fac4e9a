import { appendFileSync } from 'node:fs';

const SHARES = /^(0|1|0\.\d+)(,[a-z-]+=(0|1|0\.\d+))*$/;

/**
 * What a proof of crashes sets in the environment: at every named point the process kills itself with the probability that
 * `AITRADER_FAIL_SHARE` tells, such as `0.002,submit=0.2` where points that begin with `submit` have one of their own, and writes the name of
 * the point to `AITRADER_FAIL_LOG` before. Without them, nothing.
 */
export function failPointIn(env: Readonly<Record<string, string | undefined>>): (name: string) => void {
  const { AITRADER_FAIL_SHARE: shares, AITRADER_FAIL_LOG: log } = env;
  if (shares === undefined || log === undefined) return () => undefined;
  if (!SHARES.test(shares)) throw new Error(`AITRADER_FAIL_SHARE must be such as 0.002,submit=0.2, got "${shares}"`);
  const [others = '0', ...named] = shares.split(',');
  const own = named.map((one) => one.split('='));
  const shareOf = (name: string): number => Number(own.find(([prefix = '']) => name.startsWith(prefix))?.[1] ?? others);
  return (name) => {
    if (Math.random() >= shareOf(name)) return;
    appendFileSync(log, `${name}\n`);
    process.kill(process.pid, 'SIGKILL');
  };
}
