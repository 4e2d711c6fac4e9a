import { createHash } from 'node:crypto';
import {
  barRow,
  denialRow,
  fillRow,
  flushRows,
  forecastRows,
  gapRow,
  newRowBuffer,
  orderEventRow,
  orderExitRow,
  orderRow,
  revisionRow,
  exitSignalRow,
  signalRow,
  stateRow,
  watchlistRows,
  type RowBuffer,
} from '@aitrader/contracts';
import { compareText, item, type BarSlice, type ExitSignal, type Signal } from '@aitrader/model';
import type { Interval } from './interval.ts';

const PARTS = ['bars', 'states', 'signals', 'orders', 'denials', 'orderEvents', 'fills', 'watchlists', 'forecasts'] as const;
type Part = (typeof PARTS)[number];

/** Parts that only a run has which says anything of them: lists of a scanner, forecasts of the account. */
const WHERE_ANY = ['watchlists', 'forecasts'] as const satisfies readonly Part[];
type PartWhereAny = (typeof WHERE_ANY)[number];
const isWhereAny = (part: Part): part is PartWhereAny => (WHERE_ANY as readonly Part[]).includes(part);

/** SHA-256 of the canonical rows of each fact, in hex, and one over all of them. */
export type Digest = Readonly<Record<Exclude<Part, PartWhereAny> | 'all', string>> &
  Readonly<Partial<Record<PartWhereAny, string>>>;

export interface RunDigest {
  /** takes in the rows of one complete interval; intervals come in the order of time */
  readonly add: (interval: Interval) => void;
  /** the digest of all that was taken in so far */
  readonly current: () => Digest;
}

const OF_THE_MARKET = ['bars', 'states'] as const satisfies readonly Part[];
type MarketPart = (typeof OF_THE_MARKET)[number];
const DECIDED = PARTS.filter((part): part is Exclude<Part, MarketPart> => !(OF_THE_MARKET as readonly Part[]).includes(part));

/** The parts of a digest that runs over the same bars have in common where their probability stage is the same. */
export interface MarketDigest {
  readonly add: (interval: Pick<Interval, 'bars' | 'states'>) => void;
  readonly current: () => Readonly<Record<MarketPart, string>>;
}

interface Hashed<Of extends Part> {
  readonly rows: Readonly<Record<Of, RowBuffer>>;
  readonly current: () => Record<Of, string>;
}

function hashed<Of extends Part>(parts: readonly Of[]): Hashed<Of> {
  const hashes = parts.map((part) => ({ part, hash: createHash('sha256') }));
  const each = <T>(value: (one: (typeof hashes)[number]) => T): Record<Of, T> =>
    Object.fromEntries(hashes.map((one) => [one.part, value(one)] as const)) as Record<Of, T>;
  const rows = each(({ hash }) => newRowBuffer((bytes) => hash.update(bytes)));
  return {
    rows,
    current: () => {
      for (const part of parts) flushRows(rows[part]);
      return each(({ hash }) => hash.copy().digest('hex'));
    },
  };
}

/** Digests the bars and states of a run, in the canonical order. */
export function newMarketDigest(): MarketDigest {
  const { rows, current } = hashed(OF_THE_MARKET);
  return {
    add: (interval) => {
      addBarsAndStates(rows, interval);
      if (interval.bars.some(saysMore)) addGapsAndRevisions(rows.bars, interval.bars);
    },
    current,
  };
}

/**
 * Digests a run: rows in canonical order (time, then symbol or order id), whatever the number of shards. Runs that have bars and states in
 * common may be given one digest of these, which whoever feeds them adds each interval to, once.
 */
export function newRunDigest(shared?: MarketDigest): RunDigest {
  const market = shared ?? newMarketDigest();
  const { rows, current } = hashed(DECIDED);
  const said = new Set<Part>();
  return {
    add: (interval) => {
      const { report, decision } = interval;
      if (shared === undefined) market.add(interval);
      for (const signal of signalsInOrder(interval)) signalRow(rows.signals, signal);
      for (const exit of exitsInOrder(interval)) exitSignalRow(rows.signals, exit);
      for (const event of report.events) orderEventRow(rows.orderEvents, event);
      for (const fill of report.fills) fillRow(rows.fills, fill);
      for (const order of decision.orders) orderRow(rows.orders, order);
      for (const exit of decision.exits) orderExitRow(rows.orders, exit);
      for (const denial of decision.denials) denialRow(rows.denials, denial);
      if (interval.watchlist !== null) {
        said.add('watchlists');
        watchlistRows(rows.watchlists, interval.watchlist);
      }
      if (decision.forecast !== null) {
        said.add('forecasts');
        forecastRows(rows.forecasts, decision.forecast);
      }
    },
    current: () => {
      const hex: Readonly<Record<Part, string>> = { ...market.current(), ...current() };
      const parts = PARTS.filter((part) => !isWhereAny(part) || said.has(part)).map((part) => [part, hex[part]] as const);
      const all = createHash('sha256').update(parts.map(([part, digest]) => `${part} ${digest}\n`).join(''));
      return { ...(Object.fromEntries(parts) as Record<Part, string>), all: all.digest('hex') };
    },
  };
}

function addBarsAndStates(
  rows: Readonly<Record<MarketPart, RowBuffer>>,
  { bars, states }: Pick<Interval, 'bars' | 'states'>,
): void {
  const [first] = bars;
  if (bars.length === 1 && first !== undefined) {
    const firstStates = item(states, 0);
    for (let i = 0; i < first.count; i++) barRow(rows.bars, first, i);
    for (let i = 0; i < firstStates.count; i++) stateRow(rows.states, firstStates, i);
    return;
  }
  inSymbolOrder(bars, (shard, i) => barRow(rows.bars, item(bars, shard), i));
  inSymbolOrder(states, (shard, i) => stateRow(rows.states, item(states, shard), i));
}

const saysMore = ({ gaps, revisions }: BarSlice): boolean => gaps.length > 0 || revisions.length > 0;

/** The gaps of all shards in the order of symbols, then the revisions in the order of time and symbol. */
function addGapsAndRevisions(rows: RowBuffer, bars: readonly BarSlice[]): void {
  const t = item(bars, 0).t;
  const gaps = bars.flatMap((slice) => slice.gaps).sort((a, b) => compareText(a.symbol, b.symbol));
  for (const gap of gaps) gapRow(rows, t, gap);
  const revisions = bars.flatMap((slice) => slice.revisions).sort((a, b) => a.t - b.t || compareText(a.symbol, b.symbol));
  for (const revision of revisions) revisionRow(rows, t, revision);
}

/** Walks the rows of sorted slices as if they were one. */
function inSymbolOrder(
  slices: readonly { readonly count: number; readonly symbols: readonly string[] }[],
  visit: (slice: number, row: number) => void,
): void {
  const next = slices.map(() => 0);
  for (;;) {
    let least = -1;
    let name = '';
    for (let s = 0; s < slices.length; s++) {
      const { count, symbols } = item(slices, s);
      const row = item(next, s);
      if (row >= count) continue;
      const candidate = item(symbols, row);
      if (least < 0 || candidate < name) [least, name] = [s, candidate];
    }
    if (least < 0) return;
    const row = item(next, least);
    visit(least, row);
    next[least] = row + 1;
  }
}

const NONE: readonly Signal[] = [];

/** All signals of an interval in symbol order: what risk and a digest see, whatever the shards. */
export function signalsInOrder({ signals }: Interval): readonly Signal[] {
  let count = 0;
  for (const slice of signals) count += slice.signals.length;
  if (count === 0) return NONE;
  return signals.flatMap((slice) => slice.signals).sort((a, b) => compareText(a.symbol, b.symbol));
}

/** What strategies believe in no longer, in symbol order. */
function exitsInOrder({ signals }: Pick<Interval, 'signals'>): readonly ExitSignal[] {
  if (signals.every(({ exits }) => exits.length === 0)) return [];
  return signals.flatMap(({ exits }) => exits).sort((a, b) => compareText(a.symbol, b.symbol));
}
