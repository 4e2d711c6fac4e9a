import { appendFileSync } from 'node:fs';

const SHARE = /^(0(\.\d+)?|1)$/;

/**
 * What a proof of crashes sets in the environment: at every named point the process kills itself with the probability of
 * `AITRADER_FAIL_SHARE`, and writes the name of the point to `AITRADER_FAIL_LOG` before. Without it, nothing.
 */
export function failPointIn(env: Readonly<Record<string, string | undefined>>): (name: string) => void {
  const { AITRADER_FAIL_SHARE: share, AITRADER_FAIL_LOG: log } = env;
  if (share === undefined || log === undefined) return () => undefined;
  if (!SHARE.test(share)) throw new Error(`AITRADER_FAIL_SHARE must be a probability, got "${share}"`);
  return (name) => {
    if (Math.random() >= Number(share)) return;
    appendFileSync(log, `${name}\n`);
    process.kill(process.pid, 'SIGKILL');
  };
}
