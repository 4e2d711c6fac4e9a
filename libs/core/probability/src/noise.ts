/** Smallest price increments in dollars, below and from one dollar on. Source: SEC Rule 612 of Regulation NMS. */
const TICK_BELOW_DOLLAR = 0.0001;
const TICK = 0.01;
const BP = 10_000;

/**
 * Variance in bp² that a tick adds to a close, which is rounded to it: that of a uniform error, tick² / 12. It keeps a price that
 * stood still for hours from making its next tick a miracle. `close` > 0 in dollars.
 */
export function tickVariance(close: number): number {
  const tick = close >= 1 ? TICK : Math.min(TICK_BELOW_DOLLAR, close);
  const bp = (BP * tick) / close;
  return (bp * bp) / 12;
}
