import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { mkdtempSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { checkBarFiles } from './check-bar-files.ts';
import { loadBarFiles } from './load-bar-files.ts';

const HEADER = 'ts,open,high,low,close,volume,symbol';
/** 2024-01-02 09:30 in New York. */
const OPEN = 1_704_205_800_000;
const rows = (count: number): string =>
  Array.from({ length: count }, (_, i) => `${OPEN + i * 60_000},10,11,9,10,100,AAA\n`).join('');

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'other-files-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function write(content: string | Uint8Array, name = 'bars.csv'): string {
  const file = path.join(folder, name);
  writeFileSync(file, content);
  return file;
}

/** The message that both a look and a load refuse a file with. */
async function refusal(file: string): Promise<string> {
  const errors = await Promise.all(
    [checkBarFiles([file]), loadBarFiles([file])].map((work) =>
      Promise.resolve(work).then(
        () => 'taken',
        (error: unknown) => (error instanceof Error ? error.message : String(error)),
      ),
    ),
  );
  expect(errors[0]).toBe(errors[1]);
  return errors[0] ?? '';
}

const ACCEPTED = 'and bars are read from tables of text, JSON and Parquet, also in gzip or zip';
const PRINTABLE = /^[^\p{Cc}]*$/u;

describe('a file that holds no bars', () => {
  it.each<[what: string, content: string | Uint8Array, looks: string]>([
    ['a page', '<!doctype html>\n', 'looks like XML or HTML'],
    ['a program', Uint8Array.of(0x7f, 0x45, 0x4c, 0x46, 2, 1, 1, 0), 'is a binary file'],
    ['a terminal session', `${HEADER}\n\u001b[2J`, 'is a binary file'],
  ])('is called what it is: %s', async (_, content, looks) => {
    const file = write(content);
    expect(await refusal(file)).toBe(`${file}: ${looks}, ${ACCEPTED}`);
  });

  it.each<[what: string, content: string | Uint8Array, says: string]>([
    ['JSON', '{"risk":{"shortAllowed":false}}', 'looks like JSON, but of no bars'],
    ['packed JSON', gzipSync('{"a": 1}'), 'looks like JSON, but of no bars'],
    ['Parquet', 'PAR1\u0015\u0004', 'is a Parquet file that cannot be read'],
    ['a zip archive', 'PK\u0003\u0004', 'is a zip archive that is cut off'],
    ['what is packed twice', gzipSync(gzipSync(HEADER)), 'is packed twice (gzip)'],
  ])('but may in that shape is refused for what it lacks: %s', async (_, content, says) => {
    const file = write(content);
    expect(await refusal(file)).toContain(`${file}: ${says}`);
  });

  it('is called a folder, missing, or a circle of links', async () => {
    expect(await refusal(folder)).toBe(`${folder}: is a folder: name the files in it`);
    const missing = path.join(folder, 'missing.csv');
    expect(await refusal(missing)).toBe(`${missing}: does not exist`);
    const circle = path.join(folder, 'circle.csv');
    symlinkSync(circle, circle);
    expect(await refusal(circle)).toBe(`${circle}: cannot be opened: its links lead in a circle`);
  });

  it('shows of a header what is plain as it is, the rest in quotes, and not all of it', async () => {
    expect(await refusal(write('date,close\n'))).toMatch(/open is missing; the header has date, close$/);
    expect(await refusal(write('day,close\n'))).toMatch(/ts is missing; the header has day, close$/);
    const names = Array.from({ length: 40 }, (_, i) => `c${i}`);
    expect(await refusal(write(`${names.join(',')}\n`))).toMatch(/has c0, .*, c11 and 28 more$/);
    const odd = await refusal(write(Buffer.from('na\x9bme,close\n', 'latin1')));
    expect(odd).toContain('"na\\u009bme", close');
    expect(odd).toMatch(PRINTABLE);
  });

  it('prints no control character of a value', async () => {
    const rest = `${HEADER}\n${rows(200)}`;
    for (const value of ['1\u001b[31m', '\u009b2J', '\u0007']) {
      const file = write(Buffer.from(`${rest}${OPEN + 12_000_000},${value},11,9,10,100,AAA\n`, 'latin1'));
      const message = await loadBarFiles([file]).then(String, String);
      expect(message).toMatch(/:202: open ".*" is not a number/);
      expect(message).toMatch(PRINTABLE);
    }
  });
});

describe('a look at bar files before they are loaded', () => {
  it('takes what loads, whatever its length and however it ends', async () => {
    const contents = [rows(3), rows(3).trimEnd(), rows(30_000)].map((body) => `${HEADER}\n${body}`);
    for (const content of contents) {
      const files = [write(content), write(gzipSync(content), 'bars.csv.gz')];
      expect((await checkBarFiles(files)).bytes).toBe(files.reduce((sum, file) => sum + statSync(file).size, 0));
      expect((await loadBarFiles(files.slice(0, 1))).table.count).toBeGreaterThan(2);
    }
  });

  it('leaves what lies before the calendar to the load, which knows from when on bars are wanted', async () => {
    const file = write(`${HEADER}\n631256400000,10,11,9,10,100,AAA\n`);
    expect((await checkBarFiles([file])).bytes).toBe(statSync(file).size);
    await expect(loadBarFiles([file])).rejects.toThrow('the calendar begins on 1998-01-01');
  });

  it('refuses a file without bars, and a defect in its first rows', async () => {
    expect(await refusal(write(''))).toMatch(/is empty$/);
    expect(await refusal(write(`${HEADER}\n`))).toMatch(/has a header but no bars$/);
    expect(await refusal(write(`${HEADER}\n${rows(1)}x,10,11,9,10,100,AAA\n`))).toMatch(/:3: ts "x" is not a whole number/);
    expect(await refusal(write(`${HEADER}\n`, 'plain.csv.gz'))).toMatch(/is not a gzip file, but its name says so$/);
  });
});
