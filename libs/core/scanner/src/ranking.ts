/**
 * A scan: the figures of every symbol, what the filters leave of them, and the best of those.
 *
 * 1. A symbol that lacks a figure which is asked for, whose last bar is old or suspect, or that may have split today, is not listed.
 * 2. The score of a symbol depends on its own figures alone; equal scores are ranked by symbol.
 * 3. What is emitted are safe integers.
 */
import {
  compareText,
  E8,
  type EpochMs,
  item,
  PPM,
  read,
  type ScannerConfig,
  type ScanKind,
  type Timeframe,
  type Watchlist,
} from '@aitrader/model';
import { ln } from '@aitrader/core-numeric';
import type { TradingSession } from '@aitrader/core-sessions';
import { addDay, meanVolume } from './day-volumes.ts';
import type { ScannerState } from './state.ts';

/** A symbol's figures in the units of the list; NaN where one is not known. */
interface Figures {
  readonly slot: number;
  readonly scoreMicro: number;
  readonly gapPpm: number;
  readonly relativeVolumeMilli: number;
  readonly rangePpm: number;
  readonly trendMilli: number;
  readonly uncertaintyE8: number;
}

const MILLI = 1_000;
const MS_PER_MINUTE = 60_000;
const PPM_PER_PERCENT = PPM / 100;
const E8_PER_PERCENT = E8 / 100;

/** When a scan is made: its place among the configured times, the interval and its session. */
export interface ScanMoment {
  readonly scan: number;
  readonly t: EpochMs;
  readonly timeframe: Timeframe;
  readonly session: TradingSession;
}

/** Makes the list of a scan, and remembers who is on it and how much was traded up to it. Allocates: it happens a few times a day. */
export function makeList(state: ScannerState, moment: ScanMoment): Watchlist {
  const { scan, t, timeframe, session } = moment;
  const { index, columns, config, scanVolumes } = state;
  const slots = index.symbols.length;
  const ranked: Figures[] = [];
  for (let slot = 0; slot < slots; slot++) {
    const figures = figuresOf(state, slot, moment);
    if (figures !== undefined) ranked.push(figures);
  }
  const symbolOf = ({ slot }: Figures): string => item(index.symbols, slot);
  ranked.sort((a, b) => b.scoreMicro - a.scoreMicro || compareText(symbolOf(a), symbolOf(b)));
  const listed = ranked.slice(0, config.top);
  columns.listed.fill(0);
  for (const { slot } of listed) columns.listed[slot] = 1;
  if (timeframe !== '1d' && state.isWholeDay) addDay(item(scanVolumes, scan), columns.volume, slots);
  return {
    t,
    until: session.postClose,
    kind: kindOf(moment),
    minute: timeframe === '1d' ? minuteOf(session, session.close) : item(config.times, scan),
    eligible: ranked.length,
    symbols: listed.map(({ slot }) => item(index.symbols, slot)),
    scoreMicro: listed.map(({ scoreMicro }) => scoreMicro),
    gapPpm: listed.map(({ gapPpm }) => gapPpm),
    relativeVolumeMilli: listed.map(({ relativeVolumeMilli }) => relativeVolumeMilli),
    rangePpm: listed.map(({ rangePpm }) => rangePpm),
    trendMilli: listed.map(({ trendMilli }) => trendMilli),
    uncertaintyE8: listed.map(({ uncertaintyE8 }) => uncertaintyE8),
  };
}

function kindOf({ timeframe, t, session }: ScanMoment): ScanKind {
  if (timeframe === '1d') return 'daily';
  return t <= session.open ? 'premarket' : 'regular';
}

/** Regular hours open at 09:30 but on the days of late openings, which the calendar tells as instants. */
const PRE_OPEN_MINUTE = 4 * 60;
const minuteOf = ({ preOpen }: TradingSession, t: EpochMs): number => PRE_OPEN_MINUTE + (t - preOpen) / MS_PER_MINUTE;

/** A symbol's figures and score; undefined when it cannot be listed. */
function figuresOf(state: ScannerState, slot: number, { scan, t, timeframe }: ScanMoment): Figures | undefined {
  const { columns, config, dayVolumes, scanVolumes } = state;
  const { weights, volumeDaysMin } = config;
  const last = read(columns.last, slot);
  const isFresh = t - read(columns.closedAt, slot) <= config.staleMinutesMax * MS_PER_MINUTE;
  if (!isFresh || last === 0 || read(columns.doubt, slot) !== 0) return undefined;
  const regularClose = read(columns.regularClose, slot);
  const daily = meanVolume(dayVolumes, slot, volumeDaysMin);
  if (!passes(config, last, daily * regularClose)) return undefined;
  const open = read(columns.open, slot);
  const sameTime = timeframe === '1d' ? daily : meanVolume(item(scanVolumes, scan), slot, volumeDaysMin);
  const volume = read(columns.volume, slot);
  const relativeVolume = volume > 0 && sameTime > 0 ? volume / sameTime : NaN;
  const gap = regularClose > 0 ? (open > 0 ? open : last) / regularClose - 1 : NaN;
  return scored(config, {
    slot,
    scoreMicro: read(columns.listed, slot) === 1 ? config.stayScore * PPM : 0,
    gapPpm: known(gap * PPM, weights.gap),
    relativeVolumeMilli: known(relativeVolume * MILLI, weights.relativeVolume),
    rangePpm: known((trueRange(state, slot) / last) * PPM, weights.range),
    trendMilli: known(read(columns.trend, slot) * MILLI, weights.trend),
    uncertaintyE8: known(read(columns.uncertainty, slot), weights.uncertainty),
  });
}

const passes = ({ priceMinDollars, priceMaxDollars, dollarVolumeMin }: ScannerConfig, last: number, traded: number): boolean =>
  last >= priceMinDollars && last <= priceMaxDollars && (dollarVolumeMin === 0 || traded >= dollarVolumeMin);

/** High less low of the trade date so far, the last regular close among them. */
function trueRange({ columns }: ScannerState, slot: number): number {
  const close = read(columns.regularClose, slot);
  const high = read(columns.high, slot);
  const low = read(columns.low, slot);
  return close === 0 ? high - low : Math.max(high, close) - Math.min(low, close);
}

/** The whole units of a figure; of one that is not known 0 when nobody asks for it, else NaN. Adding 0 turns −0 into 0. */
function known(value: number, weight: number): number {
  const units = Math.round(value) + 0;
  if (Number.isSafeInteger(units)) return units;
  return weight === 0 ? 0 : NaN;
}

/** The score from the figures as they are recorded, so that it can be recomputed; undefined where one is missing. */
function scored({ weights }: ScannerConfig, figures: Figures): Figures | undefined {
  const { gapPpm, relativeVolumeMilli, rangePpm, trendMilli, uncertaintyE8 } = figures;
  const volumes = weights.relativeVolume === 0 ? 0 : weights.relativeVolume * ln(relativeVolumeMilli / MILLI);
  const score =
    (weights.gap * Math.abs(gapPpm)) / PPM_PER_PERCENT +
    volumes +
    (weights.range * rangePpm) / PPM_PER_PERCENT +
    (weights.trend * Math.abs(trendMilli)) / MILLI -
    (weights.uncertainty * uncertaintyE8) / E8_PER_PERCENT;
  const scoreMicro = Math.round(score * PPM + figures.scoreMicro) + 0;
  return Number.isSafeInteger(scoreMicro) ? { ...figures, scoreMicro } : undefined;
}
