import { AT, STATE_WIDTH, type StateColumn } from '@aitrader/model';

/** Figures of a state; what is left out is that of a calm market that leans neither way, or 0. */
export type Figures = Partial<Record<StateColumn, number>>;

const CALM: Figures = {
  velocityUp: 500_000,
  volatility: 10_000,
  predictiveDof: 5000,
  calm: 900_000,
  turbulent: 100_000,
  coverage95: 950_000,
  scored: 500,
};

/** One row of a state slice. */
export function rowOf(figures: Figures): Float64Array {
  const all: Readonly<Record<string, number>> = { ...CALM, ...figures };
  const row = new Float64Array(STATE_WIDTH);
  for (const [column, offset] of Object.entries(AT)) row[offset] = all[column] ?? 0;
  return row;
}
