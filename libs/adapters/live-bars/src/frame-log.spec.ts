import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { FrameLog, type FrameLogBounds } from './frame-log.ts';

const AT = Date.parse('2024-07-02T13:30:00Z');
const DAY = 86_400_000;
const frameOf = (text: string): Buffer => Buffer.from(text);

describe('what a vendor streams', () => {
  let folder = '';
  let problems: string[] = [];
  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'frames-'));
    problems = [];
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const open = (bounds: Partial<FrameLogBounds> = {}, place = folder): FrameLog =>
    new FrameLog({
      folder: place,
      withoutSecrets: (text) => text.replaceAll('hush', '***'),
      problem: (text) => problems.push(text),
      bounds: { freeBytesMin: 0, flushMs: 60_000, ...bounds },
    });
  const filesIn = (place = folder): string[] =>
    readdirSync(place, { recursive: true })
      .map(String)
      .filter((name) => name.endsWith('.gz'))
      .sort();
  const linesIn = (name: string): Record<string, unknown>[] =>
    gunzipSync(readFileSync(path.join(folder, name)))
      .toString()
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>);
  /** Writes frames, each with a piece of its own. */
  async function write(log: FrameLog, frames: readonly (readonly [Buffer, number])[]): Promise<void> {
    for (const [frame, at] of frames) log.keep(frame, at);
    await log.close();
  }

  it('is kept as it came, with when it came, and without keys', async () => {
    const binary = Buffer.from([0x81, 0xff, 0xfe, 0x00]);
    await write(open(), [
      [frameOf('[{"T":"b","S":"AAPL"}]'), AT],
      [frameOf('{"echo":"hush"}'), AT + 1],
      [binary, AT + 2],
    ]);
    expect(filesIn()).toEqual([path.join('2024-07-02', `${AT}.jsonl.gz`)]);
    expect(linesIn(filesIn()[0] ?? '')).toEqual([
      { at: AT, text: '[{"T":"b","S":"AAPL"}]' },
      { at: AT + 1, text: '{"echo":"***"}' },
      { at: AT + 2, base64: binary.toString('base64') },
    ]);
    expect(problems).toEqual([]);
  });

  it('is readable up to the last piece when its writer is gone, and goes on in a file of the next one', async () => {
    await write(open(), [[frameOf('one'), AT]]);
    const [first = ''] = filesIn();
    const whole = readFileSync(path.join(folder, first));
    await write(open(), [[frameOf('two'), AT + 5]]);
    expect(readFileSync(path.join(folder, first))).toEqual(whole);
    expect(filesIn().flatMap(linesIn)).toEqual([
      { at: AT, text: 'one' },
      { at: AT + 5, text: 'two' },
    ]);
  });

  it('begins a file with each date, and the oldest files go when there are too many', async () => {
    for (let day = 0; day < 5; day++) await write(open({ folderBytesMax: 150 }), [[frameOf(`day ${day}`), AT + day * DAY]]);
    const dates = filesIn().map((name) => name.slice(0, 10));
    expect(dates.at(-1)).toBe('2024-07-06');
    expect(dates).not.toContain('2024-07-02');
    expect(dates.length).toBeGreaterThan(1);
  });

  it('is dropped, counted and told once where there is no room, and kept again where there is', async () => {
    const blocked = path.join(folder, 'blocked');
    writeFileSync(blocked, 'a file where the folder would be');
    const log = open({ flushMs: 5 }, blocked);
    log.keep(frameOf('lost'), AT);
    while (problems.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    log.keep(frameOf('lost, too'), AT);
    rmSync(blocked);
    while (problems.length === 1) {
      log.keep(frameOf('kept'), AT + 9);
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    await log.close();
    expect(problems).toEqual([
      expect.stringContaining('what the vendor streams is not kept'),
      'what the vendor streams is kept again',
    ]);
    const lines = filesIn(blocked).flatMap((name) => linesIn(path.join('blocked', name)));
    expect(lines.filter(({ dropped }) => dropped !== undefined).length).toBeGreaterThan(0);
    expect(lines).toContainEqual({ at: AT + 9, text: 'kept' });
  });

  it('leaves the room alone that the recording needs', async () => {
    const log = open({ freeBytesMin: Number.MAX_SAFE_INTEGER });
    await write(log, [[frameOf('one'), AT]]);
    expect([filesIn(), problems.length]).toEqual([[], 1]);
  });

  it('takes no more memory than it may while it waits', async () => {
    const log = open({ waitingBytesMax: 1_000 });
    await write(
      log,
      Array.from({ length: 50 }, (_, i) => [frameOf('x'.repeat(100)), AT + i] as const),
    );
    const lines = filesIn().flatMap(linesIn);
    const dropped = Number(lines.at(-1)?.['dropped']);
    expect([dropped > 30, lines.length - 1 + dropped]).toEqual([true, 50]);
  });
});
