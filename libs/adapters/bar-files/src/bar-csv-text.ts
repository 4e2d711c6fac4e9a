import { item, read, readInt32 } from '@aitrader/model';
import type { BarColumns } from './bar-columns.ts';
import { OWN_COLUMNS } from './csv-shapes.ts';

/** Rows in one piece of text: enough that pieces cost nothing. */
const ROWS_PER_PIECE = 4096;

/**
 * Bars as the text of a file that `loadBarFiles` reads, piece by piece. `startOf` tells the start of a bar, epoch ms, from its close.
 * Numbers have the fewest digits that read back to the same double.
 */
export function* barCsvText(
  table: Readonly<Omit<BarColumns, 'symbols'>> & { readonly symbols: readonly string[] },
  startOf: (close: number) => number,
): Generator<string> {
  const { symbols, t, symbol, open, high, low, close, volume } = table;
  let rows = [OWN_COLUMNS.join(',')];
  for (let row = 0; row < table.count; row++) {
    const prices = `${read(open, row)},${read(high, row)},${read(low, row)},${read(close, row)}`;
    rows.push(`${startOf(read(t, row))},${prices},${read(volume, row)},${item(symbols, readInt32(symbol, row))}`);
    if (rows.length < ROWS_PER_PIECE) continue;
    yield `${rows.join('\n')}\n`;
    rows = [];
  }
  if (rows.length > 0) yield `${rows.join('\n')}\n`;
}
