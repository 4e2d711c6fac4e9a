import type { RecordBatch, Schema } from 'apache-arrow';
import type { BarSource } from '@aitrader/model';
import { writeAtomically } from '@aitrader/runtime-storage';
import type { MarketBars } from './market-bars.ts';
import type { PartedBars } from './parted-bars.ts';

/*
 * Bars as a file of Apache Arrow (IPC, also called Feather 2), for research in other languages.
 *
 * 1. The file has all bars of the market in its order, time and then symbol, and its columns are those of `ARROW_COLUMNS`, none null.
 * 2. No more than one part of the market and one batch of the file are held, however long it is.
 */

/** Rows of a record batch: of six columns of eight bytes and one of four, 5 MB. */
export const ARROW_BATCH_ROWS = 100_000;

const FIGURES = ['open', 'high', 'low', 'close', 'volume'] as const;
/** The columns in their order: `t` is the **close** of the bar, a timestamp in ms of UTC; prices are dollars, volume is shares. */
export const ARROW_COLUMNS = ['t', 'symbol', ...FIGURES] as const;

const NAME = /\.(arrow|feather)$/;

/** Whether a file is one of Arrow by its name. */
export const isArrowFile = (file: string): boolean => NAME.test(file);

/** @throws Error for a name that does not say what the file is */
export function requireArrowName(file: string): void {
  if (!isArrowFile(file)) throw new Error(`${file}: a file of Arrow has a name that ends in .arrow or .feather`);
}

/**
 * Writes a market as a file of Arrow, all of it or nothing. The metadata of its schema say `aitrader.timeframe`, `aitrader.stamp` (`close`)
 * and `aitrader.sources` (JSON: name, hash, shape and adjustment of each). Returns how many bars there were. @throws Error naming the file
 */
export async function writeArrow(
  file: string,
  market: PartedBars,
  sources: readonly BarSource[],
  onProgress?: (share: number) => void,
): Promise<number> {
  requireArrowName(file);
  let bars = 0;
  const counted = async function* (): AsyncGenerator<MarketBars> {
    for await (const part of market.parts()) {
      yield part;
      bars += part.count;
      onProgress?.(bars / market.count);
    }
  };
  await writeAtomically(file, arrowBytes({ ...market, parts: counted }, sources));
  return bars;
}

async function* arrowBytes(market: PartedBars, sources: readonly BarSource[]): AsyncGenerator<Uint8Array> {
  // Loaded for this command alone: it takes as long as a short backtest.
  const { AsyncByteQueue, RecordBatchFileWriter } = await import('apache-arrow');
  const chunks: Uint8Array[] = [];
  /** The writer would fill its queue as fast as bars are read, however slow the disk is: what it wrote is taken from here at once. */
  class Chunks extends AsyncByteQueue {
    override write(chunk: Uint8Array): void {
      chunks.push(chunk);
    }
  }
  const taken = (): Uint8Array[] => chunks.splice(0);
  const table = await arrowTable(market, sources);
  const writer = new RecordBatchFileWriter().reset(new Chunks(), table.schema);
  for await (const part of market.parts()) {
    for (let row = 0; row < part.count; row += ARROW_BATCH_ROWS) {
      writer.write(table.batch(part, row, Math.min(part.count, row + ARROW_BATCH_ROWS)));
      // Before the next part, which may take the place of this one in memory.
      yield* taken();
    }
  }
  writer.finish();
  yield* taken();
}

interface ArrowTable {
  readonly schema: Schema;
  /** rows `from` to `to`, exclusive, of a part */
  readonly batch: (part: MarketBars, from: number, to: number) => RecordBatch;
}

async function arrowTable({ symbols, timeframe }: PartedBars, sources: readonly BarSource[]): Promise<ArrowTable> {
  const arrow = await import('apache-arrow');
  const { Dictionary, Field, Float64, Int32, makeData, RecordBatch, Schema, Struct, TimeUnit, Timestamp, Utf8, vectorFromArray } =
    arrow;
  const time = new Timestamp(TimeUnit.MILLISECOND, 'UTC');
  const symbol = new Dictionary(new Utf8(), new Int32(), 0);
  const figure = new Float64();
  const dictionary = vectorFromArray([...symbols], new Utf8());
  const metadata = new Map([
    ['aitrader.timeframe', timeframe],
    ['aitrader.stamp', 'close'],
    ['aitrader.sources', JSON.stringify(sources)],
  ]);
  const fields = [
    new Field('t', time, false),
    new Field('symbol', symbol, false),
    ...FIGURES.map((name) => new Field(name, figure, false)),
  ];
  const schema = new Schema(fields, metadata);
  const batch = (part: MarketBars, from: number, to: number): RecordBatch => {
    const length = to - from;
    const all = { length, nullCount: 0 };
    const t = BigInt64Array.from(part.t.subarray(from, to), BigInt);
    const children = [
      makeData({ ...all, type: time, data: t }),
      makeData({ ...all, type: symbol, data: part.symbol.slice(from, to), dictionary }),
      ...FIGURES.map((name) => makeData({ ...all, type: figure, data: part[name].slice(from, to) })),
    ];
    return new RecordBatch(schema, makeData({ ...all, type: new Struct(fields), children }));
  };
  return { schema, batch };
}
