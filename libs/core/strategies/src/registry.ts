import {
  problemsOfEntry,
  type ParameterRules,
  type StateColumn,
  type StrategyCatalogue,
  type StrategyEntry,
} from '@aitrader/model';
import { BREAKOUT } from './breakout/breakout.ts';
import { INTRADAY_MOMENTUM } from './intraday-momentum/intraday-momentum.ts';
import { MEAN_REVERSION } from './mean-reversion/mean-reversion.ts';
import { MOMENTUM } from './momentum/momentum.ts';
import { OVERNIGHT_REVERSAL } from './overnight-reversal/overnight-reversal.ts';
import { SHORT_TERM_REVERSAL } from './short-term-reversal/short-term-reversal.ts';
import { TIME_SERIES_MOMENTUM } from './time-series-momentum/time-series-momentum.ts';
import type { StrategyKind } from './strategy-kind.ts';

/** Every kind of strategy, a line each: the name that configurations have for it, and what it is. */
const KINDS = {
  breakout: BREAKOUT,
  momentum: MOMENTUM,
  'intraday-momentum': INTRADAY_MOMENTUM,
  'time-series-momentum': TIME_SERIES_MOMENTUM,
  'mean-reversion': MEAN_REVERSION,
  'overnight-reversal': OVERNIGHT_REVERSAL,
  'short-term-reversal': SHORT_TERM_REVERSAL,
} satisfies Readonly<Record<string, StrategyKind>>;

const kinds: ReadonlyMap<string, StrategyKind> = new Map(Object.entries<StrategyKind>(KINDS));

/** The parameters of every kind. */
export const STRATEGY_CATALOGUE: StrategyCatalogue = Object.fromEntries(
  [...kinds].map(([kind, { parameters }]): [string, ParameterRules] => [kind, parameters]),
);

/** The columns of a state that a signal carries, whatever its strategy. */
export const CARRIED: readonly StateColumn[] = [
  ...(['velocityUp', 'volatility', 'calm', 'turbulent', 'regime', 'coverage95', 'scored', 'flags'] as const),
];

/** The columns of a state that strategies read: a host need not decode the others. */
export const STRATEGY_COLUMNS: ReadonlySet<StateColumn> = new Set([
  ...CARRIED,
  ...[...kinds.values()].flatMap(({ columns }) => columns),
]);

/** @throws RangeError for a kind that there is none of */
export function kindOf(kind: string): StrategyKind {
  const known = kinds.get(kind);
  if (known === undefined) throw new RangeError(`there is no strategy of the kind ${JSON.stringify(kind)}`);
  return known;
}

/** @throws RangeError that names all that is wrong with the strategies of a run */
export function assertSensible(entries: readonly StrategyEntry[]): void {
  const problems = entries.flatMap((entry, at) => [
    ...problemsOfEntry(entry, STRATEGY_CATALOGUE).map(
      ({ field, value, expected }) => `strategy ${entry.name}: ${field} is ${String(value)}, not ${expected}`,
    ),
    ...(entries.findIndex(({ name }) => name === entry.name) < at ? [`strategy ${entry.name}: there are two of that name`] : []),
  ]);
  if (problems.length > 0) throw new RangeError(problems.join('; '));
}
