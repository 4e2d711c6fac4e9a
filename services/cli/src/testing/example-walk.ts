import { newRandomStream, nextUniform } from '@aitrader/core-numeric';
import { studentTQuantile } from '@aitrader/core-numeric';

const FIRST_CLOSE_MS = Date.UTC(2024, 0, 2, 14, 31);
const MINUTE_MS = 60_000;
const BARS_PER_SESSION = 330;
const SESSIONS_APART_MINUTES = 1440;
const SCALE = 0.002;
const PENNIES = 100;

/** Minutes of a walk whose returns are Student t with four degrees of freedom, for bar files that tests write. */
export function exampleWalk(count: number, seed = 1): { readonly t: number; readonly close: number }[] {
  const luck = newRandomStream(seed);
  let close = 100;
  return Array.from({ length: count }, (_, i) => {
    const move = SCALE * studentTQuantile(0.0005 + 0.999 * nextUniform(luck), 4);
    if (i > 0) close = Math.round(close * Math.exp(move) * PENNIES) / PENNIES;
    const minutes = Math.floor(i / BARS_PER_SESSION) * SESSIONS_APART_MINUTES + (i % BARS_PER_SESSION);
    return { t: FIRST_CLOSE_MS + minutes * MINUTE_MS, close };
  });
}
