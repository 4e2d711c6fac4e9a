/** A GJR-GARCH series with tails fatter than normal, from Lehmer's generator: exact arithmetic and square roots only. */
export function madeReturns(count: number, seed: number): Float64Array {
  let state = seed;
  const uniform = () => {
    state = (state * 16807) % 2147483647;
    return state / 2147483647;
  };
  let variance = 1;
  return Float64Array.from({ length: count }, () => {
    let shock = (uniform() + uniform() + uniform() + uniform() - 2) * Math.sqrt(3);
    shock *= uniform() < 0.1 ? 2.2 : 0.8;
    const error = Math.sqrt(variance) * shock;
    variance = 0.05 + (error < 0 ? 0.14 : 0.04) * error * error + 0.85 * variance;
    return 0.03 + error;
  });
}
