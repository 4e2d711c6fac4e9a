import {
  compareText,
  dollarsOf,
  feesUnknownIn,
  spreadNoteOf,
  type Cash,
  type ExecutionReport,
  type Ticker,
} from '@aitrader/model';

/** Half the spread that a symbol's executions paid where it was estimated, one by one; those that rested at a limit pay none. */
export interface SymbolSpread {
  readonly symbol: Ticker;
  /** executions that paid one */
  readonly fills: number;
  /** of these, how many the bars had told too little for, so that they paid the configured one */
  readonly configured: number;
  /** basis points: their mean, and the least and the greatest */
  readonly meanBp: number;
  readonly leastBp: number;
  readonly greatestBp: number;
  /** pairs of neighbouring bars that the last of them rested on */
  readonly pairs: number;
}

/** What a simulated run's fills cost, and what of it is an assumption. */
export interface RunCosts {
  /** fills for which both the stop and the target lay inside the bar, and the worse was taken; and their share of all fills */
  readonly pessimisticFills: number;
  readonly pessimisticShare: number;
  /** dollars, as charged with the fills */
  readonly fees: number;
  /** fills on dates that not all rates of fees are known of: those of the nearest known date were taken */
  readonly feesNotKnownFills: number;
  /** by symbol, where spreads were estimated */
  readonly spreads: readonly SymbolSpread[];
}

export interface CostTally {
  readonly add: (report: ExecutionReport) => void;
  readonly current: () => RunCosts;
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

/** Adds up what fills cost, and what their order events say of it. */
export function newCostTally(): CostTally {
  const spreads = new Map<Ticker, Mutable<SymbolSpread>>();
  const totals = { fills: 0, pessimisticFills: 0, fees: 0, feesNotKnownFills: 0 };
  return {
    add: ({ fills, events }) => {
      for (const { pessimistic, fee } of fills) {
        totals.fills += 1;
        totals.pessimisticFills += pessimistic ? 1 : 0;
        totals.fees += fee;
      }
      for (const { kind, reason, symbol } of events) {
        if (kind !== 'filled' || reason === '') continue;
        if (feesUnknownIn(reason)) totals.feesNotKnownFills += 1;
        const note = spreadNoteOf(reason);
        if (note === undefined) continue;
        const { halfSpreadBp: bp, pairs } = note;
        const before = spreads.get(symbol) ?? { symbol, fills: 0, configured: 0, meanBp: 0, leastBp: bp, greatestBp: bp, pairs };
        before.fills += 1;
        before.configured += note.from === 'configured' ? 1 : 0;
        before.meanBp += (bp - before.meanBp) / before.fills;
        before.leastBp = Math.min(before.leastBp, bp);
        before.greatestBp = Math.max(before.greatestBp, bp);
        before.pairs = pairs;
        spreads.set(symbol, before);
      }
    },
    current: () => ({
      pessimisticFills: totals.pessimisticFills,
      pessimisticShare: totals.fills === 0 ? 0 : totals.pessimisticFills / totals.fills,
      fees: dollarsOf(totals.fees as Cash),
      feesNotKnownFills: totals.feesNotKnownFills,
      spreads: [...spreads.values()].map((each) => ({ ...each })).sort((a, b) => compareText(a.symbol, b.symbol)),
    }),
  };
}
