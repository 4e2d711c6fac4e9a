import { existsSync, readFileSync } from 'node:fs';
import { describe, expect } from '@jest/globals';
import { loadBars } from '@aitrader/application-markets';
import { actionCommands, newSliceFeed, newSlices, nextInterval, tradeDateStart } from '@aitrader/core-market';
import { probabilityStage } from '@aitrader/core-probability';
import {
  AT,
  BAR_FLAG,
  cash,
  epochMs,
  item,
  newStateSlice,
  read,
  readUint32,
  STATE_FLAG,
  ticker,
  type CorporateAction,
} from '@aitrader/model';
import { SIMULATED_DEFAULTS } from '@aitrader/runtime-configuration';
import { itAgainst, referencePath } from '../../../../tools/testing/reference-data.ts';

const ANOMALIES = referencePath('data', 'anomalies.json');
const { PRICE_JUMP, SPLIT_LIKE, LONG_GAP, WIDE_RANGE } = BAR_FLAG;
const Z = 1e3;

interface Anomaly {
  readonly file: string;
  readonly line: number;
  readonly rows: readonly { readonly ts: string }[];
}

/** What happened at an entry, the flags that its bar has all the same, and whether the filter goes on or begins anew. */
interface Case {
  readonly symbol: string;
  readonly date: string;
  readonly action: Partial<CorporateAction>;
  readonly flags?: number;
  readonly filter: 'goes on' | 'begins anew';
}

const split = (newShares: number, oldShares = 1) => ({ kind: 'split', newShares, oldShares }) as const;
const CASES: Readonly<Record<string, Case>> = {
  // the first minute still has a print of before the split: that is no split, and stays flagged
  'minute/lean_AAPL_1m.csv:1471': {
    ...{ symbol: 'AAPL', date: '2014-06-09', action: split(7), flags: WIDE_RANGE | PRICE_JUMP | SPLIT_LIKE, filter: 'goes on' },
  },
  'daily/lean_AAPL_1d.csv:4135': { symbol: 'AAPL', date: '2014-06-09', action: split(7), filter: 'goes on' },
  'daily/lean_AAPL_1d.csv:5704': { symbol: 'AAPL', date: '2020-08-31', action: split(4), filter: 'goes on' },
  'daily/lean_GOOG_1d.csv:2424': { symbol: 'GOOG', date: '2014-04-03', action: split(2002, 1000), filter: 'goes on' },
  'daily/lean_WM_1d.csv:2467': { symbol: 'WM', date: '2009-08-05', action: { kind: 'new-listing' }, filter: 'begins anew' },
  'daily/lean_FB_1d.csv:718': { symbol: 'FB', date: '2012-05-18', action: { kind: 'new-listing' }, filter: 'begins anew' },
  'daily/lean_BNO_1d.csv:1102': { symbol: 'BNO', date: '2010-06-02', action: { kind: 'new-listing' }, filter: 'begins anew' },
  'minute/lean_TWX_1m.csv:797': {
    ...{ symbol: 'TWX', date: '2014-06-09', filter: 'begins anew' },
    action: { kind: 'spin-off', newShares: 1, oldShares: 8, other: ticker('TIME') },
  },
};

function actionOf({ symbol, date, action }: Case): CorporateAction {
  const exAt = tradeDateStart(date);
  const of = ticker(symbol);
  return {
    id: date,
    kind: 'split',
    symbol: of,
    exAt,
    payAt: exAt,
    newShares: 1,
    oldShares: 1,
    cash: cash(0),
    other: of,
    ...action,
  };
}

/** Flags of the first bar from a date on, and how the filter met it. */
async function met(file: string, { date }: Case, actions: readonly CorporateAction[]) {
  const path = [referencePath('data', file), `${referencePath('data', file)}.gz`].find(existsSync) ?? file;
  const around = { from: `${Number(date.slice(0, 4)) - 10}-01-02`, to: `${date.slice(0, 4)}-12-31` };
  const { table } = await loadBars({ kind: 'files', paths: [path], adjustment: 'raw', ...around }, () =>
    Promise.reject(new Error('files need no bus')),
  );
  const feed = newSliceFeed(table, { shards: 1, actions });
  const [commands, from] = [[...actionCommands(actions, 'test', read(table.t, 0))], tradeDateStart(date)];
  const slices = newSlices(feed);
  const bars = item(slices, 0);
  const states = newStateSlice(0, 1);
  const state = probabilityStage.initial(SIMULATED_DEFAULTS.probability);
  while (nextInterval(feed, slices)) {
    const due = commands.splice(0, commands.filter(({ t }) => t < bars.t).length);
    probabilityStage.apply(state, { bars, control: due }, states);
    if (bars.count === 0 || bars.t <= from) continue;
    const [z, flags] = [read(states.rows, AT.z), read(states.rows, AT.flags)];
    return { flags: readUint32(bars.flags, 0), isAnew: (flags & STATE_FLAG.UNSCORED) !== 0, z: z / Z, at: epochMs(bars.t) };
  }
  throw new Error(`${file} has no bars from ${date} on`);
}

describe('the corporate actions among the anomalies known in real data', () => {
  const anomalies: Anomaly[] = existsSync(ANOMALIES) ? JSON.parse(readFileSync(ANOMALIES, 'utf8')) : [];
  for (const [key, expected] of Object.entries(CASES)) {
    itAgainst(ANOMALIES, `are followed when they are told, never a return: ${key}`, async () => {
      const [file = ''] = key.split(':');
      expect(anomalies.some((each) => `${each.file}:${each.line}` === key)).toBe(true);
      const told = await met(file, expected, [actionOf(expected)]);
      const untold = await met(file, expected, []);
      expect(told.flags & (PRICE_JUMP | SPLIT_LIKE | LONG_GAP | WIDE_RANGE)).toBe(expected.flags ?? 0);
      expect(untold.flags & (PRICE_JUMP | SPLIT_LIKE | LONG_GAP)).not.toBe(0);
      expect(told.isAnew).toBe(expected.filter === 'begins anew');
      expect(untold.isAnew).toBe(false);
      if (expected.filter === 'goes on') expect(Math.abs(told.z)).toBeLessThan(6);
    });
  }
});
