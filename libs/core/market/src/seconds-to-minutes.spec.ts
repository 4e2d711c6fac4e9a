import { describe, expect } from '@jest/globals';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';
import { ticker } from '@aitrader/model';
import { newYorkInstant } from '@aitrader/core-sessions';
import { itAgainst, referencePath } from '../../../../tools/testing/reference-data.ts';
import { newTradeMinutes, takeTrade, tradeBarsDue, type TradeBar } from './trade-minutes.ts';

const DATA = referencePath('data');
const MINUTE = 60_000;
const DATE = '2013-10-07';
const LAST_MINUTE = newYorkInstant(DATE, 16 * 60);

interface Row {
  readonly ts: number;
  readonly prices: readonly number[];
  readonly volume: number;
}
function rowsOf(file: string): Row[] {
  const [header = '', ...lines] = gunzipSync(readFileSync(path.join(DATA, file)))
    .toString('latin1')
    .trim()
    .split('\n');
  const names = header.split(',');
  return lines.map((line) => {
    const fields = line.split(',');
    const [ts, open, high, low, close, volume] = ['ts', 'open', 'high', 'low', 'close', 'volume'].map((name) =>
      Number(fields[names.indexOf(name)]),
    );
    return { ts: ts ?? NaN, prices: [open ?? NaN, high ?? NaN, low ?? NaN, close ?? NaN], volume: volume ?? NaN };
  });
}

/** The minutes that a live feed makes of a vendor's seconds, each told as the four trades that it certainly had. */
function minutesOf(symbol: string, seconds: readonly Row[]): TradeBar[] {
  const minutes = newTradeMinutes();
  const bars: TradeBar[] = [];
  for (const { ts, prices, volume } of seconds) {
    bars.push(...tradeBarsDue(minutes, ts, 1_000));
    for (const [n, price] of prices.entries()) {
      const trade = { symbol: ticker(symbol), t: ts + n, price, volume: n === 0 ? volume : 0, isPriced: true };
      if (takeTrade(minutes, trade, ts + 10) !== 'taken') throw new Error(`a trade at ${ts} was left aside`);
    }
  }
  return [...bars, ...tradeBarsDue(minutes, (seconds.at(-1)?.ts ?? 0) + 2 * MINUTE, 1_000)];
}

describe.each(['SPY', 'AIG'])('seconds of %s', (symbol) => {
  const file = `second/lean_${symbol}_1s_20131007.csv.gz`;
  itAgainst(
    path.join(DATA, file),
    'make the minutes of the vendor, price by price, and their volume but for what moves between minutes',
    () => {
      const made = minutesOf(symbol, rowsOf(file));
      const [first, last] = [made[0]?.t ?? NaN, made.at(-1)?.t ?? NaN];
      const minutes = rowsOf(`minute/lean_${symbol}_1m.csv.gz`).filter(({ ts }) => ts + MINUTE >= first && ts + MINUTE <= last);
      expect(minutes.length).toBeGreaterThan(400);
      expect(made.map(({ t }) => t)).toEqual(minutes.map(({ ts }) => ts + MINUTE));
      // the closing auction of AIG is in its last minute and in none of its seconds
      const isAuction = (t: number): boolean => symbol === 'AIG' && t === LAST_MINUTE;
      for (const [n, { t, open, high, low, close }] of made.entries())
        if (!isAuction(t)) expect([t, open, high, low, close]).toEqual([t, ...(minutes[n]?.prices ?? [])]);
      const total = (of: readonly { readonly volume: number }[]): number => of.reduce((sum, { volume }) => sum + volume, 0);
      const [seconds, whole] = [made.filter(({ t }) => !isAuction(t)), minutes.filter(({ ts }) => !isAuction(ts + MINUTE))].map(
        total,
      );
      expect(Math.abs((seconds ?? NaN) / (whole ?? NaN) - 1)).toBeLessThan(0.01);
      const same = made.filter(({ volume }, n) => volume === minutes[n]?.volume);
      expect(same.length / made.length).toBeGreaterThan(0.7);
    },
  );
});
