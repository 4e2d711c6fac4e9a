import { describe, expect } from '@jest/globals';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';
import { BAR_FLAG, epochMs, ticker, verdictOf, type BarVerdict, type Timeframe } from '@aitrader/model';
import { newYorkDate, newYorkInstant, sessionOn } from '@aitrader/core-sessions';
import { itAgainst, referencePath } from '../../../../tools/testing/reference-data.ts';
import { appendBar, finishBarTable, newBarTableDraft } from './bar-table-draft.ts';
import { newSliceFeed, newSlices, nextInterval } from './slice-feed.ts';

const DATA = referencePath('data');
const ANOMALIES = path.join(DATA, 'anomalies.json');
const { OHLC_INCONSISTENT, WIDE_RANGE, PRICE_JUMP, SPLIT_LIKE, LONG_GAP, OFF_SESSION, OFF_CALENDAR } = BAR_FLAG;

/** Verdicts on the bar and on the one after it, and the flags of the bar. */
interface Expectation {
  readonly is: BarVerdict;
  readonly next: BarVerdict;
  readonly has: number;
  readonly lacks?: number;
  readonly row?: number;
}

/**
 * What becomes of each entry as its `expected_handling` says. A misprint is quarantined, and the price that comes back from it is not
 * good to enter on. What really happened is quarantined at most for the bar that it began with, and then believed: a crash, a release of
 * earnings, and also the first bar after a corporate action or of another company under the same symbol, which are dealt with by those
 * who know of them. Flags that each entry's bar must have, and those it must not have; moves that really happened need none. The bar is the
 * entry's second row, between the one before and the one after, unless `row` says otherwise.
 */
const EXPECTED: Readonly<Record<string, Expectation>> = {
  'minute/lean_AAPL_1m.csv:1471': { is: 'quarantined', next: 'good', has: WIDE_RANGE | PRICE_JUMP | SPLIT_LIKE },
  'daily/lean_AAPL_1d.csv:4135': { is: 'quarantined', next: 'good', has: PRICE_JUMP | SPLIT_LIKE },
  'daily/lean_AAPL_1d.csv:5704': { is: 'quarantined', next: 'good', has: PRICE_JUMP | SPLIT_LIKE },
  'daily/lean_AAPL_1d.csv:694': { is: 'quarantined', next: 'good', has: 0 },
  'daily/lean_WM_1d.csv:2467': { is: 'quarantined', next: 'good', has: LONG_GAP | PRICE_JUMP },
  'daily/lean_FB_1d.csv:718': { is: 'quarantined', next: 'good', has: LONG_GAP },
  'daily/lean_EEM_1d.csv:724': { is: 'quarantined', next: 'good', has: LONG_GAP | PRICE_JUMP },
  'daily/lean_BNO_1d.csv:1102': { is: 'quarantined', next: 'good', has: LONG_GAP | PRICE_JUMP },
  'daily/lean_GOOG_1d.csv:1039': { is: 'quarantined', next: 'suspect', has: WIDE_RANGE | PRICE_JUMP, row: 0 },
  'daily/lean_GOOG_1d.csv:2424': { is: 'quarantined', next: 'good', has: PRICE_JUMP | SPLIT_LIKE },
  'daily/lean_SPY_1d.csv:749': { is: 'quarantined', next: 'good', has: PRICE_JUMP },
  'daily/lean_AIG_1d.csv:2694': { is: 'suspect', next: 'suspect', has: 0 },
  'daily/lean_QQQ_1d.csv:1443': { is: 'quarantined', next: 'good', has: LONG_GAP },
  'minute/lean_TWX_1m.csv:797': { is: 'quarantined', next: 'good', has: PRICE_JUMP },
  'minute/lean_TWX_1m.csv:1202': { is: 'suspect', next: 'good', has: LONG_GAP },
  'minute/lean_GOOG_1m.csv:645': { is: 'good', next: 'good', has: 0, lacks: OFF_SESSION | OFF_CALENDAR },
  'minute/lean_SHY_1m.csv:340': { is: 'good', next: 'good', has: 0, lacks: OFF_SESSION | OFF_CALENDAR },
  'minute/blaizard_SW_1m_2024.csv:4166': { is: 'quarantined', next: 'suspect', has: PRICE_JUMP },
  'minute/blaizard_TDY_1m_2024.csv:25336': { is: 'quarantined', next: 'suspect', has: PRICE_JUMP },
  'minute/blaizard_TDG_1m_2024.csv:7689': { is: 'quarantined', next: 'suspect', has: PRICE_JUMP },
  'minute/blaizard_BKNG_1m_2024.csv:14571': { is: 'quarantined', next: 'good', has: 0 },
  'minute/blaizard_MTD_1m_2024.csv:10136': { is: 'quarantined', next: 'good', has: 0 },
  'minute/blaizard_FICO_1m_2024.csv:2': { is: 'good', next: 'good', has: 0, lacks: OHLC_INCONSISTENT, row: 0 },
  'daily/cboe_VIX_1d.csv:535': { is: 'quarantined', next: 'suspect', has: OHLC_INCONSISTENT },
  'daily/cboe_VIX_1d.csv:8165': { is: 'suspect', next: 'suspect', has: OFF_CALENDAR },
};

interface Row {
  readonly ts: number;
  readonly prices: readonly number[];
  readonly volume: number;
  readonly symbol: string;
}

/** Rows of a CSV file that may be packed; undefined when there is none. */
function rowsOf(file: string): Row[] | undefined {
  const plain = path.join(DATA, file);
  const bytes = existsSync(plain)
    ? readFileSync(plain)
    : existsSync(`${plain}.gz`)
      ? gunzipSync(readFileSync(`${plain}.gz`))
      : undefined;
  const [header = '', ...lines] = bytes?.toString('latin1').trim().split('\n') ?? [];
  const names = header.split(',');
  const columns = ['ts', 'open', 'high', 'low', 'close', 'volume', 'symbol'].map((name) => names.indexOf(name));
  const rows = lines.map((line): Row => {
    const fields = line.split(',');
    const [ts = '', open, high, low, close, volume, symbol = ''] = columns.map((column) => fields[column]);
    return { ts: Number(ts), prices: [open, high, low, close].map(Number), volume: Number(volume), symbol };
  });
  return bytes === undefined ? undefined : rows;
}

const CALENDAR_START = newYorkInstant('1998-01-01', 0);

function closeOf(ts: number, timeframe: Timeframe): number {
  if (timeframe !== '1d') return ts + 60_000;
  if (ts < CALENDAR_START) return ts + 16 * 3_600_000;
  const date = newYorkDate(epochMs(ts));
  return sessionOn(date)?.close ?? newYorkInstant(date, 16 * 60);
}

/** Prices and flags of every bar, by its start. */
function judged(rows: readonly Row[], timeframe: Timeframe): Map<number, { prices: number[]; flags: number }> {
  const startByClose = new Map<number, number>();
  const draft = newBarTableDraft(timeframe, [ticker(rows[0]?.symbol ?? '')]);
  for (const { ts, prices, volume } of rows) {
    const t = closeOf(ts, timeframe);
    const [open = 0, high = 0, low = 0, close = 0] = prices;
    startByClose.set(t, ts);
    appendBar(draft, { t, symbol: 0, open, high, low, close, volume });
  }
  const feed = newSliceFeed(finishBarTable(draft), { shards: 1 });
  const slices = newSlices(feed);
  const bars = new Map<number, { prices: number[]; flags: number }>();
  while (nextInterval(feed, slices)) {
    for (const { t, count, open, high, low, close, flags } of slices) {
      const prices = [open, high, low, close].map((column) => column[0] ?? 0);
      if (count > 0) bars.set(startByClose.get(t) ?? 0, { prices, flags: flags[0] ?? 0 });
    }
  }
  return bars;
}

interface Anomaly {
  readonly file: string;
  readonly line: number;
  readonly why: string;
  readonly rows: readonly Readonly<Record<'ts' | 'open' | 'high' | 'low' | 'close' | 'volume' | 'symbol', string>>[];
}

/** The rows that an entry quotes: history enough where the file itself is not here. */
const quotedRows = ({ rows }: Anomaly): Row[] =>
  rows.map(({ ts, open, high, low, close, volume, symbol }) => ({
    ts: Number(ts),
    prices: [open, high, low, close].map(Number),
    volume: Number(volume),
    symbol,
  }));

const timeframeOf = (file: string): Timeframe => (file.startsWith('daily/') ? '1d' : '1m');

const isHere = existsSync(ANOMALIES);
const given = (name: string, test: () => void): void => itAgainst(ANOMALIES, name, test);

describe('the anomalies known in real data', () => {
  const anomalies: Anomaly[] = isHere ? JSON.parse(readFileSync(ANOMALIES, 'utf8')) : [];

  given('are all ones that this test has an expectation of, and most of them are here', () => {
    expect(anomalies.map(({ file, line }) => `${file}:${line}`).filter((key) => EXPECTED[key] === undefined)).toEqual([]);
    expect(anomalies.filter(({ file }) => rowsOf(file) !== undefined).length).toBeGreaterThan(anomalies.length / 2);
  });

  for (const anomaly of anomalies) {
    const { file, line, why } = anomaly;
    given(`are kept as printed, and flagged where a bar and its history tell: ${file}:${line} ${why}`, () => {
      const quoted = quotedRows(anomaly);
      const bars = judged(rowsOf(file) ?? quoted, timeframeOf(file));
      for (const { ts, prices } of quoted) expect(bars.get(ts)?.prices).toEqual(prices);
      const expected = EXPECTED[`${file}:${line}`];
      if (expected === undefined) throw new Error('there is no expectation');
      const { has, lacks = 0, row = 1 } = expected;
      const [flags = -1, next = -1] = [row, row + 1].map((each) => bars.get(quoted[each]?.ts ?? 0)?.flags);
      expect(flags & has).toBe(has);
      expect(flags & lacks).toBe(0);
      expect({ is: verdictOf(flags), next: verdictOf(next) }).toEqual({ is: expected.is, next: expected.next });
    });
  }

  given('include every row of the VIX whose open or close lies outside its range, and no other', () => {
    const rows = rowsOf('daily/cboe_VIX_1d.csv') ?? [];
    const expected = rows.filter(({ prices }) => {
      const [open = 0, high = 0, low = 0, close = 0] = prices;
      return open > high || open < low || close > high || close < low;
    });
    const flagged = [...judged(rows, '1d')].filter(([, { flags }]) => (flags & OHLC_INCONSISTENT) !== 0);
    expect(flagged.map(([ts]) => ts)).toEqual(expected.map(({ ts }) => ts));
    expect(flagged).toHaveLength(47);
  });
});

describe('ordinary real minutes', () => {
  given('are flagged in fewer than one of 200 bars, but for being off the session', () => {
    const files = readdirSync(path.join(DATA, 'minute')).filter((name) => name.startsWith('blaizard_'));
    const flags = files.flatMap((name) => {
      const rows = rowsOf(`minute/${name.replace(/\.gz$/, '')}`) ?? [];
      return [...judged(rows, '1m').values()].map((bar) => bar.flags);
    });
    expect(flags.length).toBeGreaterThan(100_000);
    const flagged = flags.filter((flag) => (flag & ~OFF_SESSION) !== 0).length;
    expect(flagged / flags.length).toBeLessThan(0.005);
    expect(flagged).toBeGreaterThan(0);
  });
});
