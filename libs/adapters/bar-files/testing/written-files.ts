import { afterAll, beforeAll } from '@jest/globals';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { loadBarFiles, type LoadedBars, type LoadOptions } from '../src/load-bar-files.ts';

/** Loads of files that a spec writes itself. */
export interface WrittenFiles {
  readonly write: (name: string, content: string | Uint8Array) => string;
  readonly load: (name: string, content: string | Uint8Array, options?: LoadOptions) => Promise<LoadedBars>;
  /** the message of a refusal, without the folder */
  readonly refusal: (name: string, content: string | Uint8Array, options?: LoadOptions) => Promise<string>;
}

/** Stands in for the session's close: 16:00 in New York in winter, of the date that lies around noon of the start. */
export const closeOfDay = (start: number): number =>
  Math.floor((start + 7 * 3_600_000) / 86_400_000) * 86_400_000 + 21 * 3_600_000;

/** A folder of files for one spec, removed after it. */
export function writtenFiles(): WrittenFiles {
  let folder = '';
  beforeAll(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'bar-shapes-'));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  const write = (name: string, content: string | Uint8Array): string => {
    const file = path.join(folder, name);
    writeFileSync(file, content);
    return file;
  };
  const load = (name: string, content: string | Uint8Array, options: LoadOptions = {}): Promise<LoadedBars> =>
    loadBarFiles([write(name, content)], { closeOfDay, ...options });
  const refusal = async (name: string, content: string | Uint8Array, options: LoadOptions = {}): Promise<string> => {
    const outcome = await load(name, content, options).then(
      () => 'taken',
      (error: unknown) => (error instanceof Error ? error.message : String(error)),
    );
    return outcome.replaceAll(`${folder}/`, '');
  };
  return { write, load, refusal };
}

/** The bars of a load, one text each: close instant, prices, volume and symbol. */
export const barsOf = ({ table }: LoadedBars): string[] =>
  Array.from({ length: table.count }, (_, i) => {
    const values = [table.open, table.high, table.low, table.close, table.volume].map((column) => String(column[i]));
    const close = new Date(table.t[i] ?? Number.NaN).toISOString().slice(0, 16);
    return `${close} ${values.join(' ')} ${table.symbols[table.symbol[i] ?? -1]}`;
  });

/** A file of these lines. */
export const lines = (...rows: readonly string[]): string => `${rows.join('\n')}\n`;
