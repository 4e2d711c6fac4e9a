import { STATE_COLUMNS, STATE_WIDTH } from '@aitrader/model';
import { packFigures, unpackFigures } from '../src/packed-figures.ts';

/** The figures of states, a row of STATE_WIDTH each, as their message holds them. */
export const figuresText = (rows: readonly (readonly number[])[]): string =>
  packFigures(Float64Array.from(rows.flat()), rows.length).toString('base64');

/** The rows that a message holds of so many symbols. */
export function rowsIn(text: string, symbols: number): number[][] {
  const rows = new Float64Array(symbols * STATE_WIDTH);
  unpackFigures(Buffer.from(text, 'base64'), symbols, rows);
  return Array.from({ length: symbols }, (_, i) => [...rows.subarray(i * STATE_WIDTH, (i + 1) * STATE_WIDTH)]);
}

export const COLUMN_NAMES: readonly string[] = STATE_COLUMNS.map(({ name }) => name);
