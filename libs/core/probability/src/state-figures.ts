import { ln, toFixedPoint } from '@aitrader/core-numeric';
import { type ActionAgenda, actionsDue, hearActions, mappedPrice, newAgenda, priceMapOf, symbolsOf } from '@aitrader/core-market';
import { phaseAt } from '@aitrader/core-sessions';
import {
  AT,
  type BarSlice,
  type Control,
  indexOfSymbol,
  item,
  PPM,
  read,
  STATE_COLUMNS,
  STATE_FLAG,
  STATE_WIDTH,
  type StateSlice,
  type Ticker,
} from '@aitrader/model';
import { gainOfHalfLife, SCORED_AS } from './calibration.ts';
import { momentsOf, type Scores, scoreUnder } from './law.ts';
import { MEDIAN, QUANTILES, SESSIONS_SCORED } from './sizes.ts';

/*
 * What follows from the states of a run and the closes that they were made of, without the model: a state carries nothing that is
 * computed here. Whoever shows or judges forecasts reads them through this module.
 *
 * 1. Every figure depends on recorded integers and closes alone, and is an integer of its unit.
 * 2. The figures are those that the second version of the states carried, to the last unit.
 */

/** Figures that follow from others, with their units; `e8` and `ppm` as in STATE_COLUMNS. */
export const DERIVED_FIGURES = [
  { name: 'predictiveMean', unit: 'e8, log return from the last close to the next' },
  { name: 'predictiveSd', unit: 'e8' },
  { name: 'normal', unit: 'ppm, P(regime is normal)' },
  { name: 'pit', unit: 'ppm, probability integral transform of this bar' },
  { name: 'logScore', unit: '1e-6 nats: minus the log density of this bar’s log return in per cent' },
  { name: 'crps', unit: 'e8, continuous ranked probability score of this bar' },
  { name: 'coverage50', unit: 'ppm, running share of bars inside the raw 50 % interval' },
  { name: 'coverage80', unit: 'ppm, running share of bars inside the raw 80 % interval' },
  { name: 'coverage90', unit: 'ppm, running share of bars inside the raw 90 % interval' },
  { name: 'coverage99', unit: 'ppm, running share of bars inside the raw 99 % interval' },
  { name: 'meanPit', unit: 'ppm, running mean' },
  { name: 'meanCrps', unit: 'e8, running mean' },
  { name: 'meanLogScore', unit: '1e-6 nats, running mean' },
] as const;

/** The names of all figures of a state, in the order in which they are shown. */
const ORDER: readonly string[] = [
  ...['level', 'velocity', 'levelVariance', 'levelVelocityCovariance', 'velocityVariance'],
  ...['predictiveMean', 'predictiveSd', 'predictiveDof'],
  ...['q005', 'q010', 'q025', 'q050', 'q100', 'q250', 'q500', 'q750', 'q900', 'q950', 'q975', 'q990', 'q995'],
  ...['a005', 'a025', 'a050', 'a100', 'a250', 'a750', 'a900', 'a950', 'a975', 'a995'],
  ...['velocityUp', 'volatility', 'calm', 'normal', 'turbulent', 'regime', 'z', 'pit', 'logScore', 'crps'],
  ...['coverage50', 'coverage80', 'coverage90', 'coverage95', 'coverage99', 'meanPit', 'meanCrps', 'meanLogScore', 'scored'],
  ...['expertEntropy', 'flags'],
];

/** Figures of a state by name: its columns and what follows. What cannot be known is absent. */
export type StateFigures = Readonly<Record<string, number>>;

const BP = 10_000;
const E8_PER_BP = 10_000;
const NAT_UNITS = 1e6;

/** The log return from one close to the next in e8, by way of basis points as the stage takes it, so that no bit is rounded otherwise. */
export const returnE8 = (before: number, close: number): number => toFixedPoint(BP * ln(close) - BP * ln(before), E8_PER_BP);

/** How a return `y` in e8 lies under the law of the state in row `at` of `rows`, before it is rounded to the figures' units. */
export const scoreUnderState = (rows: Float64Array, at: number, y: number): Scores =>
  scoreUnder(rows, at * STATE_WIDTH + AT.q005, y);

/** Scores in the figures' units: ppm, 1e-6 nats, e8. */
export const scoreFigures = ({ pit, logScore, crps }: Scores): { pit: number; logScore: number; crps: number } => ({
  pit: toFixedPoint(pit, PPM),
  logScore: toFixedPoint(logScore, NAT_UNITS),
  crps: toFixedPoint(crps, 1),
});

/** Running means of the scores of one session. */
interface SessionMeans {
  scored: number;
  readonly coverage: Record<CoverageName, number>;
  pit: number;
  crps: number;
  logScore: number;
}

/** What there is to remember of a symbol: its last close, the quantiles of its last state, and how its forecasts fared. */
interface SymbolPast {
  /** whether its first bar was seen */
  readonly isWhole: boolean;
  close: number;
  readonly quantiles: Float64Array;
  readonly sessions: readonly SessionMeans[];
  scores: Scores | undefined;
  /** index of the session that the last bar was scored in */
  session: number;
}

/** A walk over the bars and states of a run. Plain data. */
export interface FigureWalk {
  /** weight of the newest forecast in the running means, once it is more than one over their number */
  readonly gain: number;
  readonly symbols: Map<Ticker, SymbolPast>;
  readonly agenda: ActionAgenda;
}

/** How far the intervals reach on each side of the median, in quantiles. */
const REACHES = { coverage50: 1, coverage80: 2, coverage90: 3, coverage99: 6 } as const;
type CoverageName = keyof typeof REACHES;
const COVERAGE_NAMES = ['coverage50', 'coverage80', 'coverage90', 'coverage99'] as const satisfies readonly CoverageName[];

/** A walk before a run's first bar; the half-life is that of the run's configuration. */
export const newFigureWalk = (calibrationHalfLifeBars: number): FigureWalk => ({
  gain: gainOfHalfLife(calibrationHalfLifeBars),
  symbols: new Map(),
  agenda: newAgenda(),
});

const newMeans = (): SessionMeans => ({
  scored: 0,
  coverage: { coverage50: 0, coverage80: 0, coverage90: 0, coverage99: 0 },
  pit: 0,
  crps: 0,
  logScore: 0,
});

/** Hears the commands of an interval before its bars: corporate actions move the closes that returns are taken from. */
export function walkCommands(walk: FigureWalk, control: readonly Control[], t: number): void {
  for (const command of control) hearActions(walk.agenda, command);
  for (const action of actionsDue(walk.agenda, t)) {
    const map = priceMapOf(action);
    for (const symbol of symbolsOf(action)) {
      const past = walk.symbols.get(symbol);
      const close = past === undefined || map === 'anew' ? undefined : mappedPrice(past.close, map);
      if (past !== undefined && close !== undefined) past.close = close;
      else walk.symbols.delete(symbol);
    }
  }
}

/** Goes on over the bars and states of one shard and interval; intervals come in order. @throws RangeError when they do not match */
export function walkFigures(walk: FigureWalk, bars: BarSlice, states: StateSlice): void {
  if (bars.t !== states.t || bars.count !== states.count) throw new RangeError(`states of ${states.t} beside bars of ${bars.t}`);
  if (bars.count === 0) return;
  const session = bars.timeframe === '1d' ? SCORED_AS.RTH : SCORED_AS[phaseAt(bars.t)];
  for (let i = 0; i < bars.count; i++) {
    const isScored = (read(states.rows, i * STATE_WIDTH + AT.flags) & STATE_FLAG.UNSCORED) === 0;
    const past = pastOf(walk, item(bars.symbols, i), !isScored);
    const close = read(bars.close, i);
    past.session = session;
    past.scores = isScored && past.close > 0 ? score(walk, past, returnE8(past.close, close)) : undefined;
    past.close = close;
    for (let k = 0; k < QUANTILES; k++) past.quantiles[k] = read(states.rows, i * STATE_WIDTH + AT.q005 + k);
  }
}

function pastOf({ symbols }: FigureWalk, symbol: Ticker, isFirst: boolean): SymbolPast {
  const known = symbols.get(symbol);
  if (known !== undefined) return known;
  const sessions = Array.from({ length: SESSIONS_SCORED }, newMeans);
  const quantiles = new Float64Array(QUANTILES);
  const past = { isWhole: isFirst, close: 0, quantiles, sessions, scores: undefined, session: 0 };
  symbols.set(symbol, past);
  return past;
}

/** Scores a return under the last state, and counts it in the running means: the first weigh alike, later ones by the half-life. */
function score({ gain }: FigureWalk, { quantiles, sessions, session }: SymbolPast, y: number): Scores {
  const scores = scoreUnder(quantiles, 0, y);
  const means = item(sessions, session);
  means.scored += 1;
  const weight = Math.max(gain, 1 / means.scored);
  for (const name of COVERAGE_NAMES) {
    const reach = REACHES[name];
    const covered = y >= read(quantiles, MEDIAN - reach) && y <= read(quantiles, MEDIAN + reach) ? 1 : 0;
    means.coverage[name] += weight * (covered - means.coverage[name]);
  }
  means.pit += weight * (scores.pit - means.pit);
  means.crps += weight * (scores.crps - means.crps);
  means.logScore += weight * (scores.logScore - means.logScore);
  return scores;
}

/**
 * Every figure of a symbol's state in the interval that was walked last, by name. How the bar and the bars before it fared is known of a
 * run that was walked from its start; else it is left out. @throws RangeError when the slices hold no such symbol
 */
export function figuresOf(walk: FigureWalk, bars: BarSlice, { rows }: StateSlice, symbol: Ticker): StateFigures {
  const at = indexOfSymbol(bars, symbol) * STATE_WIDTH;
  const carried = Object.fromEntries(STATE_COLUMNS.map(({ name }, c) => [name, read(rows, at + c)]));
  const normal = PPM - read(rows, at + AT.calm) - read(rows, at + AT.turbulent);
  const past = pastFigures(walk.symbols.get(symbol), read(rows, at + AT.flags));
  const known: StateFigures = { ...carried, ...lawFigures(rows, at), normal, ...past };
  return Object.fromEntries(
    ORDER.flatMap((name) => {
      const figure = known[name];
      return figure === undefined ? [] : [[name, figure]];
    }),
  );
}

function lawFigures(rows: Float64Array, at: number): Record<'predictiveMean' | 'predictiveSd', number> {
  const { mean, variance } = momentsOf(rows, at + AT.q005);
  return { predictiveMean: toFixedPoint(mean, 1), predictiveSd: toFixedPoint(Math.sqrt(variance), 1) };
}

/** How the last bar and those before it fared; scores are 0 where there was no forecast. */
function pastFigures(past: SymbolPast | undefined, flags: number): StateFigures {
  const isScored = (flags & STATE_FLAG.UNSCORED) === 0;
  if (past === undefined || (isScored && past.scores === undefined)) return {};
  const scores = scoreFigures(past.scores ?? { pit: 0, logScore: 0, crps: 0 });
  if (!past.isWhole) return scores;
  const { coverage, pit, crps, logScore } = item(past.sessions, past.session);
  const coverages = Object.fromEntries(COVERAGE_NAMES.map((name) => [name, toFixedPoint(coverage[name], PPM)]));
  const means = scoreFigures({ pit, crps, logScore });
  return { ...scores, ...coverages, meanPit: means.pit, meanCrps: means.crps, meanLogScore: means.logScore };
}
