import { setImmediate as breathe } from 'node:timers/promises';
import type { MarketBars } from '@aitrader/application-markets';
import {
  actionCommands,
  actionsDue,
  firstInterval,
  hearActions,
  newAgenda,
  newParameterFeed,
  newSliceFeed,
  newSlices,
  nextInterval,
  parametersDue,
  priceMapOf,
  symbolsOf,
} from '@aitrader/core-market';
import { bucketAt, daypartOf, probabilityStage } from '@aitrader/core-probability';
import { momentAt, newCalendarCursor, type CalendarCursor } from '@aitrader/core-sessions';
import { strategiesStage } from '@aitrader/core-strategies';
import {
  item,
  newSignalSlice,
  newStateSlice,
  read,
  readInt32,
  STATE_WIDTH,
  type BarSlice,
  type CorporateAction,
  type ModelParameters,
  type ProbabilityConfig,
  type SignalSlice,
  type StateSlice,
  type StrategyEntry,
  type Ticker,
} from '@aitrader/model';
import { bindStage } from '@aitrader/runtime-engine';
import { moveHorizonPrices, newHorizonTrack, trackHorizons, type HorizonTrack } from './horizon-track.ts';
import { movePrice, newSeriesTrack, trackBar, type ScoredBar, type SeriesTrack } from './series-track.ts';

/** Fewest bars to score after the burn-in: with fewer, no coverage means anything. */
export const SCORED_BARS_MIN = 100;
/** Intervals between two looks at the outside world. */
const CHUNK_INTERVALS = 4_096;

export interface CalibrationRun {
  readonly table: MarketBars;
  readonly config: ProbabilityConfig;
  /** fitted parameters, which count from the first bar after those that they were fitted to */
  readonly parameters?: readonly ModelParameters[];
  /** corporate actions that the prices follow: none is a return */
  readonly actions?: readonly CorporateAction[];
  /** bars at the beginning of each series that are learned from and not scored */
  readonly burnIn: number;
  /** horizons that laws are held against as well, in minutes of regular hours, and the strategies whose signals are a group of their own */
  readonly horizons?: { readonly minutes: readonly number[]; readonly strategies: readonly StrategyEntry[] };
  readonly onProgress?: (share: number) => void;
  /** told how each bar that counts fared, interval by interval */
  readonly onScored?: (bar: ScoredBar) => void;
}

/** A series that could not be scored, and why. */
export interface SkippedSeries {
  readonly symbol: Ticker;
  readonly bars: number;
  readonly reason: string;
}

export interface CalibrationResult {
  /** the model that the states name */
  readonly model: string;
  readonly tracks: readonly SeriesTrack[];
  /** by symbol, where horizons were asked for */
  readonly horizons: ReadonlyMap<Ticker, HorizonTrack>;
  readonly skipped: readonly SkippedSeries[];
}

/** Feeds the bars to the probability stage and holds every bar against the state emitted with the bar before. */
export async function runCalibration(run: CalibrationRun): Promise<CalibrationResult> {
  const { table, burnIn, actions = [] } = run;
  const tracks = newTracks(table, burnIn, run.onScored);
  const horizons = new Map<Ticker, HorizonTrack>();
  if ([...tracks.values()].every(isTooShort)) return resultOf('', tracks, horizons);
  if (run.horizons !== undefined)
    for (const [symbol, track] of tracks)
      if (!isTooShort(track)) horizons.set(symbol, newHorizonTrack(run.horizons.minutes, burnIn));
  const feed = newSliceFeed(table, { shards: 1, actions });
  const slices = newSlices(feed);
  const first = firstInterval(table);
  const parameters = newParameterFeed(run.parameters ?? [], 'ingest', first, actionCommands(actions, 'ingest', first));
  const agenda = newAgenda();
  const bars = item(slices, 0);
  const states = newStateSlice(0, table.symbols.length);
  const stage = bindStage(probabilityStage, run.config);
  const strategy = run.horizons === undefined ? undefined : bindStage(strategiesStage, run.horizons.strategies);
  const signals = newSignalSlice(0);
  const calendar = newCalendarCursor();
  let done = 0;
  for (let interval = 1; nextInterval(feed, slices); interval++) {
    const control = parametersDue(parameters, bars.t);
    stage.apply({ bars, control }, states);
    for (const command of control) hearActions(agenda, command);
    strategy?.apply({ bars, states, control }, signals);
    for (const action of actionsDue(agenda, bars.t)) followAction(tracks, horizons, action);
    trackInterval({ tracks, horizons, calendar }, bars, states, signals);
    done += bars.count;
    if (interval % CHUNK_INTERVALS !== 0) continue;
    run.onProgress?.(done / table.count);
    await breathe();
  }
  return resultOf(states.model, tracks, horizons);
}

function newTracks(
  { symbols, symbol, count }: MarketBars,
  burnIn: number,
  onScored: CalibrationRun['onScored'],
): Map<Ticker, SeriesTrack> {
  const bars = symbols.map(() => 0);
  for (let row = 0; row < count; row++) {
    const index = readInt32(symbol, row);
    bars[index] = item(bars, index) + 1;
  }
  return new Map(symbols.map((name, index) => [name, newSeriesTrack(name, item(bars, index), burnIn, onScored)]));
}

function followAction(
  tracks: ReadonlyMap<Ticker, SeriesTrack>,
  horizons: ReadonlyMap<Ticker, HorizonTrack>,
  action: CorporateAction,
): void {
  const map = priceMapOf(action);
  for (const symbol of symbolsOf(action)) {
    const track = tracks.get(symbol);
    if (track !== undefined) movePrice(track, map);
    const ahead = horizons.get(symbol);
    if (ahead !== undefined) moveHorizonPrices(ahead, map);
  }
}

interface Tracked {
  readonly tracks: ReadonlyMap<Ticker, SeriesTrack>;
  readonly horizons: ReadonlyMap<Ticker, HorizonTrack>;
  readonly calendar: CalendarCursor;
}

function trackInterval({ tracks, horizons, calendar }: Tracked, bars: BarSlice, states: StateSlice, signals: SignalSlice): void {
  if (bars.count === 0) return;
  const { t, timeframe } = bars;
  const moment = momentAt(calendar, t);
  const daypart = daypartOf(bucketAt(moment, t, timeframe));
  for (let i = 0; i < bars.count; i++) {
    const symbol = item(bars.symbols, i);
    const track = tracks.get(symbol);
    if (track === undefined || isTooShort(track)) continue;
    const row = states.rows.subarray(i * STATE_WIDTH, (i + 1) * STATE_WIDTH);
    const close = read(bars.close, i);
    trackBar(track, { t, close, phase: moment.phase, daypart }, row);
    const ahead = horizons.get(symbol);
    if (ahead === undefined) continue;
    const spoke = signals.signals.some((signal) => signal.symbol === symbol);
    trackHorizons(ahead, { ...{ timeframe, moment, t, close, row }, signals: spoke });
  }
}

const isTooShort = ({ bars, burnIn }: SeriesTrack): boolean => bars < burnIn + SCORED_BARS_MIN;

function resultOf(
  model: string,
  tracks: ReadonlyMap<Ticker, SeriesTrack>,
  horizons: ReadonlyMap<Ticker, HorizonTrack>,
): CalibrationResult {
  const all = [...tracks.values()];
  const problems = all.map((track) => ({ track, reason: problemOf(track) }));
  return {
    ...{ model, horizons },
    tracks: problems.flatMap(({ track, reason }) => (reason === undefined ? [track] : [])),
    skipped: problems.flatMap(({ track: { symbol, bars }, reason }) => (reason === undefined ? [] : [{ symbol, bars, reason }])),
  };
}

/** Why a series cannot be scored; undefined when it can. */
function problemOf(track: SeriesTrack): string | undefined {
  const { bars, burnIn, firstMove, closeBefore, scored, unscored } = track;
  if (isTooShort(track))
    return `has ${bars} bars, but ${burnIn + SCORED_BARS_MIN} are needed: ${burnIn} of burn-in and ${SCORED_BARS_MIN} to score`;
  if (firstMove === Infinity) return `its close is ${closeBefore} in all of its ${bars} bars: there is nothing to forecast`;
  if (firstMove >= burnIn)
    return `its close does not move in the ${burnIn} bars of burn-in: no baseline has a spread to start from`;
  if (scored < SCORED_BARS_MIN) return `only ${scored} bars have a forecast to be scored, ${unscored} have none`;
  return undefined;
}
