import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { runId } from '@aitrader/model';
import { SIMULATED_DEFAULTS } from '@aitrader/runtime-configuration';
import {
  isSupervised,
  readRunRecord,
  removeRunRecord,
  runRecordFile,
  thisProcess,
  writeRunRecord,
  type RunRecord,
} from './run-record.ts';

const run = runId('paper-20240702-143000-abcd');
const exampleRecord: RunRecord = {
  run,
  state: 'running',
  cause: '',
  supervisor: thisProcess(),
  begunAt: '2024-07-02T14:30:00.000Z',
  saidAt: '2024-07-02T14:30:00.000Z',
  spec: {
    source: { kind: 'files', paths: ['/bars/a.csv', '/bars/b.csv.gz'], from: '2024-01-02', parameters: '/bars/fitted.json' },
    speed: 3600,
    shards: 2,
    kind: 'paper',
    config: SIMULATED_DEFAULTS,
  },
};

describe('the record of a run', () => {
  let home = '';
  beforeEach(() => {
    home = mkdtempSync(path.join(tmpdir(), 'run-record-'));
  });
  afterEach(() => rmSync(home, { recursive: true }));

  it('comes back as it was written, and is the last word', async () => {
    await writeRunRecord(home, exampleRecord);
    expect(await readRunRecord(home, run)).toEqual(exampleRecord);
    const failed = { ...exampleRecord, state: 'failed', cause: 'risk: crashed', saidAt: '2024-07-02T15:30:00.000Z' } as const;
    await writeRunRecord(home, failed);
    expect(await readRunRecord(home, run)).toEqual(failed);
    await removeRunRecord(home, run);
    expect(await readRunRecord(home, run)).toBeUndefined();
  });

  it('keeps room for the longest cause, so that a full disk can take it', async () => {
    await writeRunRecord(home, exampleRecord);
    const { size } = statSync(runRecordFile(home, run));
    await writeRunRecord(home, { ...exampleRecord, state: 'failed', cause: 'x'.repeat(100_000) });
    expect((await readRunRecord(home, run))?.cause).toBe('x'.repeat(1_000));
    const grown = readFileSync(runRecordFile(home, run), 'utf8').trimEnd();
    expect(Buffer.byteLength(grown)).toBeLessThan(size);
  });

  it.each([
    ['half of one', '{ "version": 1, "run": '],
    ['one of another version', JSON.stringify({ version: 2 })],
    ['one without a state', JSON.stringify({ version: 1, ...exampleRecord, state: undefined })],
    ['one whose bars are none', JSON.stringify({ version: 1, ...exampleRecord, spec: { source: { kind: 'files', paths: [] } } })],
  ])('is refused by the file’s name when it is %s', async (_, content) => {
    await writeRunRecord(home, exampleRecord);
    writeFileSync(runRecordFile(home, run), content);
    await expect(readRunRecord(home, run)).rejects.toThrow(runRecordFile(home, run));
  });

  it('tells a living supervisor from this process, and from a later one with the same id', () => {
    const { ppid } = process;
    expect(isSupervised(exampleRecord)).toBe(false);
    expect(isSupervised({ ...exampleRecord, supervisor: { pid: ppid, command: 'aitrader paper' } })).toBe(false);
    const command = readFileSync(`/proc/${ppid}/cmdline`, 'utf8').replaceAll('\0', ' ');
    expect(isSupervised({ ...exampleRecord, supervisor: { pid: ppid, command } })).toBe(true);
  });
});
