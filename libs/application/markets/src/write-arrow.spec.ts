import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { tableFromIPC } from 'apache-arrow';
import { epochMs, item, read, readInt32, ticker } from '@aitrader/model';
import type { MarketBars } from './market-bars.ts';
import { inOnePart, type PartedBars } from './parted-bars.ts';
import { loadSample } from './sample.ts';
import { ARROW_BATCH_ROWS, writeArrow } from './write-arrow.ts';

const SOURCE = { name: 'mine', sha256: 'ab', shape: 'csv', adjustment: 'raw' } as const;
const FIGURES = ['open', 'high', 'low', 'close', 'volume'] as const;
let folder = '';
let file = '';
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'aitrader-arrow-'));
  file = path.join(folder, 'bars.arrow');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** What a table of ours has, by columns of plain values. */
function columnsOf({ count, symbols, symbol, t, ...figures }: MarketBars): Record<string, unknown[]> {
  const rows = Array.from({ length: count }, (_, row) => row);
  return {
    t: rows.map((row) => read(t, row)),
    symbol: rows.map((row) => item(symbols, readInt32(symbol, row))),
    ...Object.fromEntries(FIGURES.map((name) => [name, rows.map((row) => read(figures[name], row))])),
  };
}
function writtenColumns(): Record<string, unknown[]> {
  const table = tableFromIPC(readFileSync(file));
  return Object.fromEntries(table.schema.names.map((name) => [name, [...(table.getChild(name) ?? [])]]));
}

describe('a file of Arrow', () => {
  it('has every bar of the sample, to the last bit, and says where they are from', async () => {
    const { table } = loadSample({});
    await expect(writeArrow(file, inOnePart(table), [SOURCE])).resolves.toBe(table.count);
    expect(writtenColumns()).toEqual(columnsOf(table));
    const { schema } = tableFromIPC(readFileSync(file));
    expect(schema.fields.map(({ name, type, nullable }) => `${name} ${String(type)} ${nullable}`)).toEqual([
      't Timestamp<MILLISECOND, UTC> false',
      'symbol Dictionary<Int32, Utf8> false',
      ...FIGURES.map((name) => `${name} Float64 false`),
    ]);
    expect([...schema.metadata]).toEqual([
      ['aitrader.timeframe', '1m'],
      ['aitrader.stamp', 'close'],
      ['aitrader.sources', JSON.stringify([SOURCE])],
    ]);
  });

  it('has all parts of a market, each longer than a batch, though they share their memory', async () => {
    const count = ARROW_BATCH_ROWS + 3;
    const column = (): Float64Array => new Float64Array(count);
    const part: MarketBars = {
      timeframe: '1m',
      symbols: [ticker('AAA'), ticker('BBB')],
      count,
      t: column(),
      symbol: new Int32Array(count),
      ...{ open: column(), high: column(), low: column(), close: column(), volume: column() },
    };
    const fill = (from: number): MarketBars => {
      for (let row = 0; row < count; row++) {
        part.t[row] = 60_000 * (from + row);
        part.symbol[row] = row % 2;
        for (const [i, name] of FIGURES.entries()) part[name][row] = from + row + i / 8;
      }
      return part;
    };
    const market: PartedBars = {
      ...part,
      first: epochMs(0),
      last: epochMs(60_000 * (2 * count - 1)),
      count: 2 * count,
      parts: async function* () {
        yield fill(0);
        yield fill(count);
      },
    };
    await expect(writeArrow(file, market, [])).resolves.toBe(2 * count);
    const { t, symbol, close } = writtenColumns();
    const rows = Array.from({ length: 2 * count }, (_, row) => row);
    expect(t).toEqual(rows.map((row) => 60_000 * row));
    expect(symbol).toEqual(rows.map((row) => ((row % count) % 2 === 0 ? 'AAA' : 'BBB')));
    expect(close).toEqual(rows.map((row) => row + 3 / 8));
    expect(tableFromIPC(readFileSync(file)).batches.map(({ numRows }) => numRows)).toEqual([
      ARROW_BATCH_ROWS,
      3,
      ARROW_BATCH_ROWS,
      3,
    ]);
  });

  it('is not there, nor a part of it, when the bars cannot be read to their end', async () => {
    const { table } = loadSample({});
    const parts = async function* (): AsyncGenerator<MarketBars> {
      yield table;
      throw new Error('a part is damaged');
    };
    await expect(writeArrow(file, { ...inOnePart(table), parts }, [])).rejects.toThrow('a part is damaged');
    expect(readdirSync(folder)).toEqual([]);
    await expect(writeArrow(path.join(folder, 'bars.csv'), inOnePart(table), [])).rejects.toThrow('ends in .arrow or .feather');
  });
});
