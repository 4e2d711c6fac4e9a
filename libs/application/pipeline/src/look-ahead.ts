import { setImmediate as breathe } from 'node:timers/promises';
import type { MarketBars } from '@aitrader/application-markets';
import {
  actionCommands,
  appendBar,
  finishBarTable,
  firstInterval,
  firstRowFrom,
  newBarTableDraft,
  newParameterFeed,
  newSliceFeed,
  newSlices,
  nextInterval,
  parametersDue,
  type BarTable,
} from '@aitrader/core-market';
import { newRandomStream, nextBelow } from '@aitrader/core-numeric';
import {
  item,
  newSignalSlice,
  newStateSlice,
  read,
  readInt32,
  STATE_WIDTH,
  type BarSlice,
  type CorporateAction,
  type EpochMs,
  type ModelParameters,
  type RunConfig,
  type Signal,
  type StateSlice,
  type Ticker,
} from '@aitrader/model';
import type { StageFactory } from '@aitrader/runtime-engine';
import { stagesOf } from '@aitrader/application-time-machine';

/*
 * Whether strategies look at bars to come, or remember what they do not keep in their state, and how much what they say depends on where their
 * history begins.
 *
 * 1. A run over the bars up to a cut, by stages of their own, says up to there what the run over all of them says: to the last figure. Those bars are a table
 *    of their own, and what lies behind them in memory is no number.
 * 2. A run that is stored and restored at a cut goes on as if it had not been.
 * 3. A run that begins later says in the end what the whole one says: how long that takes is reported, not judged.
 */

const CHUNK_INTERVALS = 4_096;

export interface LookAheadRun {
  readonly table: MarketBars;
  readonly parameters?: readonly ModelParameters[];
  readonly actions?: readonly CorporateAction[];
  readonly config: RunConfig;
  /** cuts that are tried, and later beginnings; both drawn by the seed */
  readonly cuts: number;
  readonly starts: number;
  readonly seed: number;
  /** the stages, when not those of the configuration */
  readonly stages?: Pick<StageFactory, 'probability' | 'strategy'>;
  /** told before each walk which one it is, of how many, and during it how far it is */
  readonly onProgress?: (walk: number, walks: number, share: number) => void;
}

/** A signal that another run does not have, or has otherwise. */
export interface MovedSignal {
  readonly t: EpochMs;
  readonly symbol: Ticker;
  readonly strategy: string;
  /** what moved, `signal` where one of both has none, and what each says */
  readonly field: string;
  readonly whole: unknown;
  readonly other: unknown;
}

/** A run beside the whole one: over the bars up to `at`, or stored and restored there. */
export interface CutFinding {
  readonly kind: 'prefix' | 'snapshot';
  readonly at: EpochMs;
  /** signals of the whole run that it was held against */
  readonly signals: number;
  readonly moved: MovedSignal | null;
}

/** A run that begins at `at`, as far as it warmed up: by sessions since, the signals of either run, and those that the other one has not. */
export interface StartFinding {
  readonly at: EpochMs;
  readonly spans: readonly { readonly sessions: number; readonly signals: number; readonly others: number }[];
  /** the last signal that only one of them has */
  readonly last: MovedSignal | null;
}

export interface LookAheadReport {
  readonly bars: number;
  readonly signals: number;
  readonly byStrategy: Readonly<Record<string, number>>;
  readonly cuts: readonly CutFinding[];
  readonly starts: readonly StartFinding[];
  /** the first signal, in time, that moved at any cut; null: none did */
  readonly firstMoved: MovedSignal | null;
}

/** Walks a market whole, up to cuts, and from later beginnings on. O(walks × bars) */
export async function lookAhead(run: LookAheadRun): Promise<LookAheadReport> {
  const { table, cuts, starts, seed } = run;
  const random = newRandomStream(seed);
  // beyond the first tenth, so that there is something to be held against, and in the first half, so that there is time to agree
  const cutRows = drawn(
    cuts,
    () => Math.floor(table.count * 0.1) + nextBelow(random, Math.max(1, Math.floor(table.count * 0.9))),
  );
  const startRows = drawn(starts, () => 1 + nextBelow(random, Math.max(1, Math.floor(table.count / 2))));
  const walks = 1 + 2 * cutRows.length + startRows.length;
  let walk = 0;
  const next = () => {
    walk++;
    const now = walk;
    return (share: number): void => run.onProgress?.(now, walks, share);
  };
  const whole = await walkSignals(run, table, { onProgress: next() });
  const found: CutFinding[] = [];
  for (const row of cutRows) {
    const at = timeOf(table, row);
    const prefix = await walkSignals(run, rowsOf(table, 0, firstRowFrom(table, at + 1)), {
      onProgress: next(),
      isPoisoned: true,
    });
    found.push(cutFinding('prefix', at, whole, prefix));
    const restored = await walkSignals(run, table, { onProgress: next(), restoreAt: at });
    found.push(cutFinding('snapshot', at, whole, restored));
  }
  const later: StartFinding[] = [];
  for (const row of startRows) {
    const at = timeOf(table, row);
    later.push(
      startFinding(
        at,
        whole,
        await walkSignals(run, rowsOf(table, firstRowFrom(table, at), table.count), { onProgress: next() }),
      ),
    );
  }
  const moved = found.flatMap((cut) => (cut.moved === null ? [] : [cut.moved])).sort((a, b) => a.t - b.t);
  const byStrategy: Record<string, number> = {};
  for (const { strategy } of whole) byStrategy[strategy] = (byStrategy[strategy] ?? 0) + 1;
  return { bars: table.count, signals: whole.length, byStrategy, cuts: found, starts: later, firstMoved: moved[0] ?? null };
}

const drawn = (count: number, draw: () => number): readonly number[] => Array.from({ length: count }, draw).sort((a, b) => a - b);

const timeOf = ({ t, count }: BarTable, row: number): EpochMs => read(t, Math.min(row, count - 1)) as EpochMs;

/** Some rows of a table, as a table of their own. */
function rowsOf(table: MarketBars, from: number, to: number): MarketBars {
  const draft = newBarTableDraft(table.timeframe, table.symbols);
  for (let row = from; row < to; row++) {
    const prices = {
      open: read(table.open, row),
      high: read(table.high, row),
      low: read(table.low, row),
      close: read(table.close, row),
    };
    appendBar(draft, { t: read(table.t, row), symbol: readInt32(table.symbol, row), ...prices, volume: read(table.volume, row) });
  }
  return { ...table, ...finishBarTable(draft) };
}

interface WalkOptions {
  readonly onProgress: (share: number) => void;
  /** whether what lies behind the bars of a slice is made no number */
  readonly isPoisoned?: boolean;
  /** after which interval the stages are stored and others are restored from that */
  readonly restoreAt?: EpochMs;
}

/** All signals over a table, by stages of their own. */
async function walkSignals(run: LookAheadRun, table: MarketBars, options: WalkOptions): Promise<readonly Signal[]> {
  const { config, actions = [], parameters = [] } = run;
  if (table.count === 0) return [];
  const factory = run.stages ?? stagesOf(config);
  const feed = newSliceFeed(table, { shards: 1, actions });
  const slices = newSlices(feed);
  const first = firstInterval(table);
  const commands = newParameterFeed(parameters, 'ingest', first, actionCommands(actions, 'ingest', first));
  const [bars, states, emit] = [item(slices, 0), newStateSlice(0, table.symbols.length), newSignalSlice(0)];
  let [probability, strategy] = [factory.probability(), factory.strategy()];
  const signals: Signal[] = [];
  let done = 0;
  for (let interval = 1; nextInterval(feed, slices); interval++) {
    const control = parametersDue(commands, bars.t);
    if (options.isPoisoned === true) poison(bars, states);
    probability.apply({ bars, control }, states);
    strategy.apply({ bars, states, control }, emit);
    signals.push(...emit.signals);
    if (bars.t === options.restoreAt) {
      const stored = structuredClone([probability.snapshot(), strategy.snapshot()]);
      [probability, strategy] = [factory.probability(), factory.strategy()];
      probability.restore(stored[0]);
      strategy.restore(stored[1]);
    }
    done += bars.count;
    if (interval % CHUNK_INTERVALS !== 0) continue;
    options.onProgress(done / table.count);
    await breathe();
  }
  options.onProgress(1);
  return signals;
}

function poison(bars: BarSlice, states: StateSlice): void {
  for (const column of [bars.open, bars.high, bars.low, bars.close, bars.volume]) column.fill(NaN, bars.count);
  states.rows.fill(NaN, bars.count * STATE_WIDTH);
}

const nameOf = ({ t, symbol, strategy }: Signal): string => `${t} ${symbol} ${strategy}`;

function cutFinding(kind: CutFinding['kind'], at: EpochMs, whole: readonly Signal[], other: readonly Signal[]): CutFinding {
  const upTo = kind === 'prefix' ? whole.filter(({ t }) => t <= at) : whole;
  return { kind, at, signals: upTo.length, moved: firstMoved(upTo, other) };
}

/** The first signal, in the order of time, that two runs do not say alike. */
function firstMoved(whole: readonly Signal[], other: readonly Signal[]): MovedSignal | null {
  for (let i = 0; i < Math.max(whole.length, other.length); i++) {
    const [a, b] = [whole[i], other[i]];
    if (a === undefined || b === undefined || nameOf(a) !== nameOf(b)) {
      const isFirst = b === undefined || (a !== undefined && (a.t < b.t || (a.t === b.t && nameOf(a) < nameOf(b))));
      return isFirst ? moved(a, 'signal', 'raised', null) : moved(b, 'signal', null, 'raised');
    }
    const field = differingField(a, b);
    if (field !== undefined) return moved(a, field, Reflect.get(a, field), Reflect.get(b, field));
  }
  return null;
}

function moved(signal: Signal | undefined, field: string, whole: unknown, other: unknown): MovedSignal | null {
  if (signal === undefined) return null;
  const { t, symbol, strategy } = signal;
  return { t, symbol, strategy, field, whole, other };
}

const differingField = (a: Signal, b: Signal): string | undefined =>
  Object.keys(a).find((field) => JSON.stringify(Reflect.get(a, field)) !== JSON.stringify(Reflect.get(b, field)));

/** Days since the beginning that signals are counted by, each to the next. */
const SPANS = [0, 1, 5, 20, 60] as const;
const DAY_MS = 86_400_000;
/** Calendar days to five sessions. */
const DAYS_PER_SESSION = 7 / 5;

function startFinding(at: EpochMs, whole: readonly Signal[], later: readonly Signal[]): StartFinding {
  const [ours, theirs] = [whole.filter(({ t }) => t >= at), later];
  const keyOf = (signal: Signal): string => `${nameOf(signal)} ${signal.direction}`;
  const [known, others] = [new Set(ours.map(keyOf)), new Set(theirs.map(keyOf))];
  const only = [...ours.filter((signal) => !others.has(keyOf(signal))), ...theirs.filter((signal) => !known.has(keyOf(signal)))];
  const all = [...ours, ...theirs.filter((signal) => !known.has(keyOf(signal)))];
  const sessionsOf = ({ t }: Signal): number => (t - at) / DAY_MS / DAYS_PER_SESSION;
  const spans = SPANS.map((sessions, i) => {
    const isWithin = (signal: Signal): boolean =>
      sessionsOf(signal) >= sessions && sessionsOf(signal) < (SPANS[i + 1] ?? Infinity);
    return { sessions, signals: all.filter(isWithin).length, others: only.filter(isWithin).length };
  });
  const last = only.sort((a, b) => a.t - b.t).at(-1);
  const isOurs = last !== undefined && known.has(keyOf(last));
  return { at, spans, last: moved(last, 'signal', isOurs ? 'raised' : null, isOurs ? null : 'raised') };
}
