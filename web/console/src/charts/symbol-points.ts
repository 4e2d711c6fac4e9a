import type { BarRow, FillRow, OrderRow, SignalRow } from '@aitrader/application-console';

const SECOND_MS = 1_000;
/** Charts count seconds. */
export const seconds = (t: number): number => Math.floor(t / SECOND_MS);

/** A bar, with what was believed of its close before it came. */
export interface FannedBar {
  readonly t: number;
  readonly median: number;
  readonly bands: readonly (readonly [low: number, high: number])[];
}

/** Each forecast stands at the bar that it is of: the next one. That of the last bar stands a step behind it. */
export function fanOf(bars: readonly BarRow[]): readonly FannedBar[] {
  const steps = bars.slice(1).map(({ t }, i) => t - (bars[i]?.t ?? t));
  const step = Math.min(...steps);
  return bars.flatMap(({ t, forecast }, i) => {
    const at = bars[i + 1]?.t ?? (Number.isFinite(step) ? t + step : undefined);
    if (forecast === null || forecast.isWarmingUp || at === undefined) return [];
    const { median, low50, high50, low80, high80, low95, high95 } = forecast;
    return [
      {
        t: at,
        median,
        bands: [
          [low95, high95],
          [low80, high80],
          [low50, high50],
        ] as const,
      },
    ];
  });
}

/** Something that happened to a symbol, to be marked on its chart. */
export interface Mark {
  readonly t: number;
  readonly shape: 'signal' | 'buy' | 'sell';
  readonly up: boolean;
  readonly words: string;
}

/** Our signals and fills of a symbol in a span, in the order of time. */
export function marksOf(
  symbol: string,
  { from, to }: { readonly from: number; readonly to: number },
  signals: Iterable<SignalRow>,
  fills: Iterable<FillRow>,
): readonly Mark[] {
  const isIn = (one: { readonly symbol: string; readonly t: number }): boolean =>
    one.symbol === symbol && one.t >= from && one.t <= to;
  const signalled = [...signals].filter(isIn).map(({ t, direction }): Mark => ({
    ...{ t, shape: 'signal', up: direction > 0 },
    words: '',
  }));
  const filled = [...fills]
    .filter(isIn)
    .map(({ t, side, shares, leg }): Mark => ({ t, shape: side, up: side === 'buy', words: `${leg} ${shares}` }));
  return [...signalled, ...filled].sort((a, b) => a.t - b.t);
}

/** Stops and targets of what is held of a symbol. */
export function levelsOf(
  symbol: string,
  orders: Iterable<OrderRow>,
): readonly { readonly price: number; readonly title: string }[] {
  return [...orders]
    .filter((order) => order.symbol === symbol && order.status === 'open')
    .flatMap(({ stop, target }) => [
      { price: stop, title: 'stop' },
      { price: target, title: 'target' },
    ]);
}
