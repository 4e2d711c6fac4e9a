import type { EpochMs, OrderId, Ticker } from '@aitrader/model';

/** What a difference between a recording and its replay is laid to, in the order in which they are told. */
export const BINS = [
  'data-revision',
  'latency',
  'fill-price',
  'fill-size',
  'fee',
  'rule',
  'code-version',
  'unexplained',
] as const;
export type Bin = (typeof BINS)[number];

/** One difference: what it concerns, the two values, and what it came to. */
export interface ParityLine {
  readonly bin: Bin;
  /** the interval that it shows in first */
  readonly t: EpochMs;
  /** null of what concerns no order */
  readonly order: OrderId | null;
  readonly symbol: Ticker | null;
  /** what differs: a leg's price, the shares that filled, a decision, a bar */
  readonly what: string;
  readonly recorded: string;
  readonly replayed: string;
  /** by how much the recorded account is better off for it, in millionths of a dollar; below 0: worse */
  readonly costMicros: number;
}

/** What the lines of a bin come to. */
export interface BinTotal {
  readonly bin: Bin;
  readonly lines: number;
  readonly costMicros: number;
}

/** The totals of all bins, those without a line too. */
export const totalsOf = (lines: readonly ParityLine[]): readonly BinTotal[] =>
  BINS.map((bin) => {
    const own = lines.filter((line) => line.bin === bin);
    return { bin, lines: own.length, costMicros: own.reduce((sum, { costMicros }) => sum + costMicros, 0) };
  });
