import { badParameter } from '@aitrader/core-exchange';
import { compareText, epochMs } from '@aitrader/model';
import { newYorkDate, newYorkInstant } from '@aitrader/core-sessions';
import type { BarStore, ServedBar, VendorBar } from './bar-store.ts';
import { readTime } from './exchange-time.ts';
import { Refused } from './refused.ts';

/** The parameters of `GET /v2/stocks/bars`, as they come. */
export interface BarsQuery {
  readonly symbols?: string;
  readonly timeframe?: string;
  readonly start?: string;
  readonly end?: string;
  readonly limit?: string;
  readonly sort?: string;
  readonly page_token?: string;
}

const LIMIT_DEFAULT = 1_000;
const LIMIT_MAX = 10_000;
const MS_PER_MINUTE = 60_000;
const MICRO = 1e6;

export interface BarsPage {
  readonly bars: Readonly<Record<string, readonly VendorBar[]>>;
  readonly next_page_token: string | null;
}

/** One page of bars, by symbol and then by time; both ends of the time are included. @throws Refused */
export function listBars(store: BarStore, query: BarsQuery): BarsPage {
  const symbols = (query.symbols ?? '').split(',').filter((one) => one !== '');
  if (symbols.length === 0) throw new Refused(badParameter('symbols is required'));
  const limit = query.limit === undefined ? LIMIT_DEFAULT : Number(query.limit);
  if (!Number.isInteger(limit) || limit < 1 || limit > LIMIT_MAX) throw new Refused(badParameter('invalid limit'));
  const bucket = bucketOf(query.timeframe ?? '1Min');
  const [start, end] = [boundOf('start', query.start) ?? -Infinity, boundOf('end', query.end) ?? Infinity];
  const descending = query.sort === 'desc';
  const rows: ServedBar[] = [];
  for (const symbol of symbols.sort(compareText)) {
    const wanted = aggregated(store.of(symbol), bucket).filter((one) => one.start >= start && one.start <= end);
    rows.push(...(descending ? wanted.reverse() : wanted));
  }
  const from = query.page_token === undefined || query.page_token === '' ? 0 : rowAt(query.page_token, rows.length);
  const page = rows.slice(from, from + limit);
  const bars: Record<string, VendorBar[]> = {};
  for (const { symbol, bar } of page) (bars[symbol] ??= []).push(bar);
  const more = from + limit < rows.length;
  return { bars, next_page_token: more ? Buffer.from(String(from + limit)).toString('base64') : null };
}

function rowAt(token: string, rows: number): number {
  const row = Number(Buffer.from(token, 'base64').toString());
  if (!Number.isInteger(row) || row < 1 || row > rows) throw new Refused(badParameter('invalid page_token'));
  return row;
}

function boundOf(name: string, text: string | undefined): number | undefined {
  if (text === undefined || text === '') return undefined;
  const t = readTime(text);
  if (t === undefined) throw new Refused(badParameter(`invalid ${name}`));
  return t;
}

const MINUTES_MAX = 59;
const HOURS_MAX = 23;

/** Where the bar of a longer timeframe starts that an instant falls into. */
function bucketOf(timeframe: string): (start: number) => number {
  const [, count = '', unit = ''] = /^(\d+)(Min|T|Hour|H|Day|D)$/.exec(timeframe) ?? [];
  const n = Number(count);
  const isDays = unit.startsWith('D');
  if (isDays && n === 1) return (start) => newYorkInstant(newYorkDate(epochMs(start)), 0);
  const isHours = unit.startsWith('H');
  if (isDays || n < 1 || n > (isHours ? HOURS_MAX : MINUTES_MAX)) throw new Refused(badParameter('invalid timeframe'));
  const length = n * (isHours ? 60 : 1) * MS_PER_MINUTE;
  return (start) => Math.floor(start / length) * length;
}

function aggregated(bars: readonly ServedBar[], bucket: (start: number) => number): ServedBar[] {
  const joined: ServedBar[] = [];
  for (const one of bars) {
    const start = bucket(one.start);
    const last = joined.at(-1);
    if (last?.start === start) joined[joined.length - 1] = { ...last, bar: join(last.bar, one.bar) };
    else joined.push({ ...one, start, bar: { ...one.bar, t: new Date(start).toISOString().replace('.000Z', 'Z') } });
  }
  return joined;
}

const join = (a: VendorBar, b: VendorBar): VendorBar => ({
  t: a.t,
  o: a.o,
  h: Math.max(a.h, b.h),
  l: Math.min(a.l, b.l),
  c: b.c,
  v: a.v + b.v,
  n: a.n + b.n,
  vw: Math.round(((a.vw * a.v + b.vw * b.v) / (a.v + b.v || 1)) * MICRO) / MICRO,
});
