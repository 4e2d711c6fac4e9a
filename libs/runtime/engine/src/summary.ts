import {
  dollarsOf,
  freshWriteOff,
  type Cash,
  type Control,
  type CorporateAction,
  type CorporateActionKind,
  type Ticker,
} from '@aitrader/model';
import { newCostTally, type RunCosts } from './cost-tally.ts';
import { newEdgeTally, type StrategyEdge } from './edge-tally.ts';
import { newForecastTally, type ForecastsKept } from './forecast-tally.ts';
import { newGateTally, type GateRefusals } from './gate-tally.ts';
import type { Interval } from './interval.ts';

/** How many corporate actions of a kind there were, and of whom, each symbol once. */
export interface ActionsOfKind {
  readonly kind: CorporateActionKind;
  readonly count: number;
  readonly symbols: readonly Ticker[];
}

/** Corporate actions by kind, in the order in which the kinds came. */
export const actionCounts = (actions: readonly Pick<CorporateAction, 'kind' | 'symbol'>[]): readonly ActionsOfKind[] =>
  [...Map.groupBy(actions, ({ kind }) => kind)].map(([kind, own]) => ({
    kind,
    count: own.length,
    symbols: [...new Set(own.map(({ symbol }) => symbol))],
  }));

/** What a run came to. Money in dollars; drawdown as a fraction of the peak. */
export interface RunSummary {
  readonly bars: number;
  readonly slices: number;
  readonly counts: { readonly signals: number; readonly orders: number; readonly denials: number; readonly fills: number };
  /** the gates that refused anything, in the order in which they are asked */
  readonly gates: readonly GateRefusals[];
  /** what the claims of each strategy have come to */
  readonly edges: readonly StrategyEdge[];
  readonly equity: { readonly start: number; readonly end: number };
  readonly maxDrawdown: number;
  readonly costs: RunCosts;
  /** how the account's recorded forecasts of itself fared */
  readonly forecasts: readonly ForecastsKept[];
  /** corporate actions that came into force */
  readonly actions: readonly ActionsOfKind[];
  /** commands by which shares left the books */
  readonly writeOffs: readonly Control[];
}

export interface RunTally {
  readonly add: (interval: Interval) => void;
  readonly current: () => RunSummary;
}

/** Counts a run's facts and follows its equity, from risk's own account of it. */
export function newRunTally(startingCash: Cash): RunTally {
  const counts = { signals: 0, orders: 0, denials: 0, fills: 0 };
  const gates = newGateTally();
  const edges = newEdgeTally();
  const costs = newCostTally();
  const forecasts = newForecastTally();
  const actions: CorporateAction[] = [];
  const writtenOff = new Set<string>();
  const writeOffs: Control[] = [];
  let last = 0;
  let bars = 0;
  let slices = 0;
  let equity: number = startingCash;
  let peak: number = startingCash;
  let maxDrawdown = 0;
  return {
    add: ({ t, bars: barSlices, signals, control, report, decision }) => {
      last = t;
      for (const command of control) {
        actions.push(...command.actions);
        if (freshWriteOff(writtenOff, command) !== undefined) writeOffs.push(command);
      }
      for (const slice of barSlices) bars += slice.count;
      for (const slice of signals) counts.signals += slice.signals.length;
      slices += 1;
      counts.orders += decision.orders.length;
      counts.denials += decision.denials.length;
      counts.fills += report.fills.length;
      for (const denial of decision.denials) gates.add(denial);
      for (const answer of decision.orders) edges.add(answer);
      for (const answer of decision.denials) edges.add(answer);
      costs.add(report);
      if (decision.forecast !== null) forecasts.add(decision.forecast);
      equity = decision.account.equity;
      if (equity > peak) peak = equity;
      else if (peak > 0) maxDrawdown = Math.max(maxDrawdown, (peak - equity) / peak);
    },
    current: () => ({
      bars,
      slices,
      counts: { ...counts },
      gates: gates.current(),
      edges: edges.current(),
      maxDrawdown,
      costs: costs.current(),
      forecasts: forecasts.current(),
      // a stage may hear of one before the interval that it is in force in
      actions: actionCounts(actions.filter(({ exAt }) => exAt < last)),
      writeOffs: [...writeOffs],
      equity: { start: dollarsOf(startingCash), end: dollarsOf(equity as Cash) },
    }),
  };
}
