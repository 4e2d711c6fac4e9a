import {
  decodeBars,
  decodeDenials,
  decodeFills,
  decodeForecast,
  decodeOrderEvents,
  decodeOrders,
  decodeSignals,
  decodeStates,
  decodeWatchlist,
} from '@aitrader/contracts';
import { newBarSlice, newStateSlice, type Manifest, type Timeframe } from '@aitrader/model';
import { IntervalSearch, readingMessage, type Bus, type StoredAtMessage } from '@aitrader/runtime-bus';
import { traceIdOf } from '@aitrader/runtime-telemetry';
import { followOrders, type FollowedOrders } from './followed-orders.ts';

/** A message of an interval: which one, when the server stored it, and what it holds. */
export interface TraceStep {
  readonly stage: string;
  readonly fact: string;
  /** −1 for a fact of the account */
  readonly shard: number;
  readonly seq: number;
  /** ms since 1970, by the server's clock, in fractions */
  readonly storedAt: number;
  readonly words: string;
}

/** The way of an interval through the stages, as it is recorded, and what became of its orders. */
export interface SliceTrace {
  readonly t: number;
  /** its trace, where telemetry is told to a collector */
  readonly traceId: string;
  /** in the order of the recording */
  readonly steps: readonly TraceStep[];
  /** facts of the interval that are not in the recording, by now */
  readonly missing: readonly string[];
  /** shards beyond {@link SHARDS_MAX} that are not told of */
  readonly shardsLeftOut: number;
  /** messages that were read to tell this, however long the recording is */
  readonly reads: number;
  readonly orders: FollowedOrders;
}

/** More are not told of one by one: each takes three lookups. */
export const SHARDS_MAX = 16;

interface Wanted {
  readonly stage: string;
  readonly fact: keyof typeof READERS;
  /** whether every interval has it */
  readonly always: boolean;
}
type Step = Wanted & Pick<TraceStep, 'shard'>;

const OF_SHARDS = [
  { stage: 'ingest', fact: 'bars', always: true },
  { stage: 'probability', fact: 'states', always: true },
  { stage: 'strategy', fact: 'signals', always: true },
] as const;
/** What closes an interval, and what only some intervals have. */
const OF_ACCOUNT = [
  { stage: 'execution', fact: 'order-events', always: true },
  { stage: 'execution', fact: 'fills', always: false },
  { stage: 'scanner', fact: 'watchlists', always: false },
  { stage: 'risk', fact: 'forecasts', always: false },
  { stage: 'risk', fact: 'denials', always: false },
  { stage: 'risk', fact: 'orders', always: true },
] as const;

/** Thrown when a recording has no interval that closed then. */
export class NoSuchIntervalError extends Error {
  override readonly name = 'NoSuchIntervalError';
}

/**
 * Follows the interval that closed at `t` through a recording as it stands now: by halving, and with a bound on what is read behind it.
 * @throws NoSuchIntervalError, UnknownRunError, BrokenRecordingError
 */
export async function sliceTrace(
  bus: Bus,
  manifest: Pick<Manifest, 'run' | 'shards' | 'timeframe'>,
  t: number,
): Promise<SliceTrace> {
  const search = await IntervalSearch.open(bus, manifest.run);
  const shards = Math.min(manifest.shards, SHARDS_MAX);
  const wanted: readonly Step[] = [
    ...OF_SHARDS.flatMap((step) => Array.from({ length: shards }, (_, shard) => ({ ...step, shard }))),
    ...OF_ACCOUNT.map((step) => ({ ...step, shard: -1 })),
  ];
  const found = await Promise.all(
    wanted.map(async (step) => ({ step, message: await search.at(step.fact, t, step.shard < 0 ? undefined : step.shard) })),
  );
  if (!found.some(({ step, message }) => step.fact === 'bars' && message !== undefined))
    throw new NoSuchIntervalError(`${manifest.run} has no interval that closed at ${new Date(t).toISOString()}`);
  const steps = found.flatMap(({ step, message }) =>
    message === undefined
      ? []
      : [{ ...step, seq: message.seq, storedAt: message.storedAt, words: wordsOf(step, message, manifest.timeframe) }],
  );
  const decided = found.find(({ step }) => step.fact === 'orders')?.message;
  const orders = decided === undefined ? [] : readingMessage(decided, () => decodeOrders(decided.data).orders);
  return {
    t,
    traceId: traceIdOf(manifest.run, t),
    steps: steps
      .map(({ stage, fact, shard, seq, storedAt, words }) => ({ stage, fact, shard, seq, storedAt, words }))
      .sort((a, b) => a.seq - b.seq),
    missing: found.flatMap(({ step, message }) => (message === undefined && step.always ? [nameOf(step)] : [])),
    shardsLeftOut: manifest.shards - shards,
    orders: await followOrders(bus, search, manifest.run, { t, seq: decided?.seq ?? search.last, orders }),
    reads: search.reads,
  };
}

const nameOf = ({ fact, shard }: Step): string => (shard < 0 ? fact : `${fact} of shard ${shard}`);

const counted = (count: number, one: string, more = `${one}s`): string => `${count} ${count === 1 ? one : more}`;

/** What a message of a fact holds, in a few words. */
type Reader = (data: Uint8Array, shard: number, timeframe: Timeframe) => string;

const READERS: Readonly<Record<(typeof OF_SHARDS)[number]['fact'] | (typeof OF_ACCOUNT)[number]['fact'], Reader>> = {
  bars: (data, shard, timeframe) => {
    const bars = newBarSlice(shard, timeframe, 1);
    decodeBars(data, bars);
    return counted(bars.count, 'bar');
  },
  states: (data, shard) => {
    const states = newStateSlice(shard, 1);
    decodeStates(data, states);
    return counted(states.count, 'state');
  },
  signals: (data) => {
    const { signals, exits } = decodeSignals(data);
    return [counted(signals.length, 'signal'), ...(exits.length === 0 ? [] : [counted(exits.length, 'exit')])].join(', ');
  },
  'order-events': (data) => {
    const { events, fills } = decodeOrderEvents(data);
    return `${counted(events.length, 'order event')}, ${counted(fills, 'fill')} of earlier orders`;
  },
  fills: (data) => counted(decodeFills(data).fills.length, 'fill'),
  watchlists: (data) => counted(decodeWatchlist(data).symbols.length, 'symbol'),
  forecasts: (data) => counted(decodeForecast(data).forecasts.length, 'forecast'),
  denials: (data) => counted(decodeDenials(data).denials.length, 'denial'),
  orders: (data) => {
    const { orders, exits } = decodeOrders(data);
    return [counted(orders.length, 'order'), ...(exits.length === 0 ? [] : [`${exits.length} to be left`])].join(', ');
  },
};

/** @throws BrokenRecordingError */
const wordsOf = ({ fact, shard }: Step, message: StoredAtMessage, timeframe: Timeframe): string =>
  readingMessage(message, () => READERS[fact](message.data, shard, timeframe));
