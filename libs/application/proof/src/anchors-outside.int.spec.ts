// What lies outside of the home is what is in it, and is never replaced.
import { chmodSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { RunId } from '@aitrader/model';
import { NumberedRun, START_MS_MAX, openAnchorBench, until, type AnchorBench } from '../testing/numbered-run.ts';
import type { AnchorFiles } from './anchor-files.ts';
import type { AnchorMeans } from './anchor-log.ts';
import { anchorRun, beginAnchoring } from './anchoring.ts';
import { checkChain } from './chain-check.ts';
import { outsideName, writeOnceFolder } from './outside.ts';

let bench: AnchorBench;
let means: AnchorMeans;
let recorded: NumberedRun;
let run: RunId;
let files: AnchorFiles;

beforeAll(async () => {
  bench = await openAnchorBench();
  ({ means } = bench);
}, START_MS_MAX);
afterAll(() => bench.close());
beforeEach(async () => {
  recorded = await NumberedRun.begin(bench);
  ({ run, files } = recorded);
});

describe('anchors outside of the home', () => {
  let folder: string;
  let both: AnchorMeans;
  beforeEach(() => {
    folder = path.join(bench.home, 'outside', run);
    both = { ...means, outside: writeOnceFolder(folder) };
  });
  const outside = (block: number): string => path.join(folder, outsideName(run, block));
  const replace = (file: string, change: (text: string) => string): void => {
    chmodSync(file, 0o644);
    writeFileSync(file, change(readFileSync(file, 'utf8')));
  };

  it('are those that are here, with the leaves of their messages', async () => {
    await recorded.upTo(10);
    await anchorRun(both, run);
    await recorded.upTo(20);
    await anchorRun(both, run);
    expect(recorded.lines()).toEqual([1, 2].map((block) => readFileSync(outside(block), 'utf8').split('\n')[0]));
    expect(await checkChain(both, run)).toMatchObject({ problem: undefined, outside: { name: folder, blocks: 2 } });
  });

  it('name the message that was changed by whoever has the home and its key, where both were made anew', async () => {
    await recorded.upTo(10);
    await anchorRun(both, run);
    await recorded.upTo(20);
    await anchorRun(both, run);
    await recorded.rewrite(20, (n) => (n === 13 ? 'thirteen' : `message ${n}`));
    for (const file of [files.lines, files.leaves]) rmSync(file);
    await anchorRun(means, run);
    expect((await checkChain(means, run)).problem).toBeUndefined();
    expect((await checkChain(both, run)).problem).toMatchObject({
      ...{ block: 1, seq: 1 },
      problem: expect.stringContaining('signed a second time'),
    });
    await expect(anchorRun(both, run)).rejects.toThrow(/has block 2, and .* ends with block 1/);
    for (const file of [files.lines, files.leaves]) rmSync(file);
    expect((await checkChain(both, run)).problem).toMatchObject({
      block: 1,
      seq: 1,
      problem: expect.stringContaining('missing among'),
    });
  });

  it('name the message also where the home has no leaves any more', async () => {
    await recorded.upTo(20);
    await anchorRun(both, run);
    rmSync(files.leaves);
    await recorded.rewrite(20, (n) => (n === 13 ? 'thirteen' : `message ${n}`));
    expect((await checkChain(both, run)).problem).toMatchObject({ block: 1, seq: 13 });
    expect((await checkChain(means, run)).problem).toMatchObject({
      ...{ block: 1, seq: 1 },
      problem: expect.stringMatching(/messages 1 to 20 are not those .* cannot be told/),
    });
    await recorded.rewrite(15);
    expect((await checkChain(means, run)).problem).toMatchObject({
      seq: 1,
      problem: expect.stringContaining('ends with message 15'),
    });
  });

  it('refuse another block under the same number, and one that is missing shows', async () => {
    for (const last of [10, 20, 30]) {
      await recorded.upTo(last);
      await anchorRun(both, run);
    }
    const second = readFileSync(outside(2), 'utf8');
    rmSync(outside(2));
    expect((await checkChain(both, run)).problem).toMatchObject({ block: 2, seq: 11, problem: `${folder}: block 2 is missing` });
    writeFileSync(outside(2), second);
    rmSync(outside(3));
    writeFileSync(outside(3), second);
    await expect(anchorRun({ ...both }, run)).resolves.toMatchObject({ blocks: 3 });
    expect((await checkChain(both, run)).problem).toMatchObject({ block: 3, seq: 21 });
    rmSync(outside(3));
    expect(await checkChain(both, run)).toMatchObject({ problem: undefined, outside: { blocks: 2 } });
    await anchorRun(both, run);
    expect(existsSync(outside(3))).toBe(true);
    replace(outside(1), (text) => text.replace('"block":1', '"block":7'));
    expect((await checkChain(both, run)).problem).toMatchObject({ block: 1, seq: 1 });
  });

  it('are brought later when the place cannot be reached now', async () => {
    const told: string[] = [];
    mkdirSync(path.dirname(folder), { recursive: true });
    writeFileSync(folder, 'a file, where a folder belongs');
    await recorded.upTo(10);
    const { outsideProblem } = await anchorRun(both, run);
    expect(outsideProblem).toContain(folder);
    const anchoring = beginAnchoring(both, run, (words) => told.push(words));
    await until(() => told.length > 0);
    await recorded.upTo(20);
    expect((await anchoring.stop(true)).outsideProblem).toContain(folder);
    expect(told).toEqual([expect.stringContaining(`anchors of ${run} are not outside: ${folder}`)]);
    rmSync(folder);
    expect((await anchorRun(both, run)).outsideProblem).toBeUndefined();
    expect(await checkChain(both, run)).toMatchObject({ problem: undefined, outside: { blocks: 2 } });
  });
});
