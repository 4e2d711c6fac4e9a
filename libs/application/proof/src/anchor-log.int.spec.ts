/**
 * The anchors of a run, over a real server.
 *
 * 1. Whatever moment a crash picks, it is gone on behind what is on the disk, and a block that was about to be signed is signed as the same block.
 * 2. Nothing is signed on top of what speaks against it, and the refusal says what that is.
 * 3. Of several who anchor one run at once each block is signed by one.
 * 4. A run that goes on is followed, and what cannot be done now is done later.
 */
import { appendFileSync, existsSync, mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { RunId } from '@aitrader/model';
import { newPrivateKey, signerOf, signingKeysOf } from '@aitrader/runtime-signing';
import { NumberedRun, START_MS_MAX, openAnchorBench, until, type AnchorBench } from '../testing/numbered-run.ts';
import { anchorIn } from './anchor.ts';
import type { AnchorFiles } from './anchor-files.ts';
import { AnchorLog, BLOCK_MESSAGES_MAX, type AnchorMeans } from './anchor-log.ts';
import { anchorMeans, anchorRun, beginAnchoring } from './anchoring.ts';
import { checkChain } from './chain-check.ts';
import { CannotProve, proofOf } from './inclusion-proof.ts';
import { HASH_BYTES } from './merkle.ts';

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

describe('anchors', () => {
  it('are signed by blocks of a bounded size, each going on from the one before', async () => {
    await recorded.upTo(2 * BLOCK_MESSAGES_MAX + 100);
    expect(await anchorRun(means, run)).toEqual({
      run,
      blocks: 3,
      last: 2 * BLOCK_MESSAGES_MAX + 100,
      outsideProblem: undefined,
    });
    expect(recorded.lasts()).toEqual([BLOCK_MESSAGES_MAX, 2 * BLOCK_MESSAGES_MAX, 2 * BLOCK_MESSAGES_MAX + 100]);
    expect(await recorded.holds()).toBe(true);
    await anchorRun(means, run);
    expect(recorded.lines()).toHaveLength(3);
  });

  it('wait for a block to be full where they may', async () => {
    await recorded.upTo(BLOCK_MESSAGES_MAX + 7);
    const log = new AnchorLog(means, run);
    expect(await log.advance(false)).toBe(7);
    expect(recorded.lasts()).toEqual([BLOCK_MESSAGES_MAX]);
    const verdict = await checkChain(means, run);
    expect(verdict).toMatchObject({ problem: undefined, anchored: BLOCK_MESSAGES_MAX, notAnchored: 7 });
    await expect(proofOf(means, run, BLOCK_MESSAGES_MAX + 1)).rejects.toThrow(
      `message ${BLOCK_MESSAGES_MAX + 1} of ${run} is not anchored yet: anchors go up to message ${BLOCK_MESSAGES_MAX}`,
    );
    await expect(proofOf(means, run, 9_999)).rejects.toThrow(CannotProve);
  });

  it('1. go on after a crash in the middle of a line: it is dropped, and the same block is signed', async () => {
    await recorded.upTo(10);
    await anchorRun(means, run);
    await recorded.upTo(25);
    await anchorRun(means, run);
    const [, second = ''] = recorded.lines();
    truncateSync(files.lines, readFileSync(files.lines).length - 30);
    expect(await checkChain(means, run)).toMatchObject({ isTorn: true, problem: undefined, anchored: 10, notAnchored: 15 });
    // it would be a larger block without the leaves of the one that was begun
    await recorded.upTo(40);
    await anchorRun(means, run);
    expect(recorded.lasts()).toEqual([10, 25, 40]);
    const rootIn = (line: string): unknown => (anchorIn(line) as { root?: string }).root;
    expect(rootIn(recorded.lines()[1] ?? '')).toBe(rootIn(second));
    expect(await recorded.holds()).toBe(true);
  });

  it('1. go on after a crash between the leaves and the line, and in the middle of the leaves', async () => {
    await recorded.upTo(10);
    await anchorRun(means, run);
    appendFileSync(files.leaves, Buffer.alloc(HASH_BYTES / 2));
    await recorded.upTo(12);
    await anchorRun(means, run);
    expect(await recorded.holds()).toBe(true);
    const before = readFileSync(files.lines);
    await recorded.upTo(20);
    await anchorRun(means, run);
    writeFileSync(files.lines, before);
    await recorded.upTo(30);
    await anchorRun(means, run);
    expect(recorded.lasts()).toEqual([10, 12, 20, 30]);
    expect(await recorded.holds()).toBe(true);
  });

  it('1. go on from every point that a crash can have reached', async () => {
    await recorded.upTo(10);
    await anchorRun(means, run);
    const [lines, leaves] = [readFileSync(files.lines), readFileSync(files.leaves)];
    await recorded.upTo(20);
    await anchorRun(means, run);
    const [moreLines, moreLeaves] = [readFileSync(files.lines), readFileSync(files.leaves)];
    await recorded.upTo(33);
    const cut = (whole: Buffer, from: number, share: number): Buffer =>
      whole.subarray(0, from + Math.floor((whole.length - from) * share));
    const shares = [0, 0.003, 0.1, 0.29, 0.5, 0.77, 0.999];
    // leaves come first, and then the line
    const reached = [
      ...shares.map((share) => ({ lines, leaves: cut(moreLeaves, leaves.length, share) })),
      ...[...shares, 1].map((share) => ({ lines: cut(moreLines, lines.length, share), leaves: moreLeaves })),
    ];
    for (const then of reached) {
      writeFileSync(files.lines, then.lines);
      writeFileSync(files.leaves, then.leaves);
      await anchorRun(means, run);
      expect(readFileSync(files.lines).subarray(0, lines.length).equals(lines)).toBe(true);
      expect(recorded.lasts().at(-1)).toBe(33);
      expect(await recorded.holds()).toBe(true);
    }
  });

  it.each<[string, () => Promise<void> | void, RegExp]>([
    [
      'the recording was cut',
      () => recorded.rewrite(15),
      /the recording ends with message 15, and messages up to 20 are anchored/,
    ],
    [
      'the recording was rewritten',
      () => recorded.rewrite(30, (n) => `other ${n}`),
      /messages 11 to 20 are not those that were anchored as block 2/,
    ],
    [
      'a line was taken out',
      () => writeFileSync(files.lines, `${recorded.lines()[1]}\n`),
      /line 1: block 1 is missing: what stands in its place is block 2/,
    ],
    ['a line is no anchor', () => appendFileSync(files.lines, '{"block":3}\n'), /line 3: block 3 is no anchor: run /],
    ['a line is no JSON', () => appendFileSync(files.lines, 'x\n'), /line 3: block 3 is no anchor: it is no JSON/],
    [
      'a line is of another run',
      () => writeFileSync(files.lines, readFileSync(files.lines, 'utf8').replaceAll(run, 'paper-x')),
      /block 1 is of paper-x, not of/,
    ],
    [
      'a line was changed',
      () => writeFileSync(files.lines, readFileSync(files.lines, 'utf8').replace(/"at":"2/, '"at":"3')),
      /line 1: block 1 has a signature that is not that of this block/,
    ],
  ])('2. are not signed on top of it when %s', async (_, tamper, why) => {
    await recorded.upTo(10);
    await anchorRun(means, run);
    await recorded.upTo(20);
    await anchorRun(means, run);
    await tamper();
    const before = readFileSync(files.lines);
    await expect(anchorRun(means, run)).rejects.toThrow(
      expect.objectContaining({ name: 'AnchorRefused', message: expect.stringMatching(why) }),
    );
    expect(readFileSync(files.lines).equals(before)).toBe(true);
    expect((await checkChain(means, run)).problem).toBeDefined();
  });

  it('2. are not signed a second time when lines were taken away that there are leaves of', async () => {
    await recorded.upTo(2 * BLOCK_MESSAGES_MAX + 1);
    await anchorRun(means, run);
    rmSync(files.lines);
    await expect(anchorRun(means, run)).rejects.toThrow(
      /ends with message 0, and there are leaves up to 2049: lines were taken away/,
    );
  });

  it('2. are not signed of what was about to be signed before a crash and is another since', async () => {
    await recorded.upTo(10);
    await anchorRun(means, run);
    rmSync(files.lines);
    await recorded.rewrite(10, (n) => `other ${n}`);
    await expect(anchorRun(means, run)).rejects.toThrow(/messages 1 to 10 are not those that were to be anchored next/);
  });

  it('2. are those of the keys that are trusted: of others it is said', async () => {
    await recorded.upTo(10);
    await anchorRun({ ...means, signer: signerOf(newPrivateKey(), 'a stranger') }, run);
    const refused = /block 1 is signed by \S{43}, which is no key of anchors here/;
    expect((await checkChain(means, run)).problem?.problem).toMatch(refused);
    await expect(anchorRun(means, run)).rejects.toThrow(refused);
  });

  it('2. may be signed by a new key, while the one before it is trusted still', async () => {
    await recorded.upTo(10);
    await anchorRun(means, run);
    await recorded.upTo(20);
    const second = signerOf(newPrivateKey(), 'second');
    const both = { ...means, signer: second, keys: [...means.keys, second.publicKey] };
    await anchorRun(both, run);
    expect((await checkChain(both, run)).signedBy.map(({ key, blocks }) => [key, blocks])).toEqual([
      [means.signer.publicKey, 1],
      [second.publicKey, 1],
    ]);
    expect((await checkChain(means, run)).problem).toMatchObject({ block: 2, seq: 11 });
  });

  it('3. are signed once each by several who anchor at once', async () => {
    await recorded.upTo(3 * BLOCK_MESSAGES_MAX);
    await Promise.all([1, 2, 3].map(() => anchorRun(means, run)));
    expect(recorded.lasts()).toEqual([1, 2, 3].map((n) => n * BLOCK_MESSAGES_MAX));
    const logs = [new AnchorLog(means, run), new AnchorLog(means, run)];
    for (const last of [3_100, 3_200, 3_300]) {
      await recorded.upTo(last);
      await Promise.all(logs.map((log) => log.advance(true)));
    }
    expect(await recorded.holds()).toBe(true);
  });

  it('4. follow a run to its end, and tell what goes wrong once', async () => {
    const told: string[] = [];
    await recorded.upTo(BLOCK_MESSAGES_MAX);
    const anchoring = beginAnchoring(means, run, (words) => told.push(words));
    await until(() => existsSync(files.lines));
    await recorded.upTo(BLOCK_MESSAGES_MAX + 30);
    expect(await anchoring.stop(true)).toMatchObject({ blocks: 2, last: BLOCK_MESSAGES_MAX + 30 });
    expect(told).toEqual([]);
    expect(await recorded.holds()).toBe(true);
  });

  it('4. say what speaks against a run, and let it go on', async () => {
    const told: string[] = [];
    await recorded.upTo(10);
    await anchorRun(means, run);
    await recorded.rewrite(12, (n) => `other ${n}`);
    const anchoring = beginAnchoring(means, run, (words) => told.push(words));
    await until(() => told.length > 0);
    await anchoring.stop(true);
    expect(told).toEqual([expect.stringContaining(`${run} is not anchored any further`)]);
    expect(recorded.lasts()).toEqual([10]);
  });
});

describe('the key of anchors', () => {
  it('is the home’s own, or the one that the environment names, which is published beside it', async () => {
    const other = mkdtempSync(path.join(tmpdir(), 'anchor-key-'));
    const key = newPrivateKey();
    const file = path.join(other, 'given.key');
    writeFileSync(file, key, { mode: 0o600 });
    const { signer, keys } = await anchorMeans({ bus: bench.bus, home: other }, { AITRADER_ANCHOR_KEY: `file:${file}` });
    expect(signer.publicKey).toBe(signerOf(key, 'given').publicKey);
    expect(keys).toEqual([signer.publicKey]);
    expect(existsSync(signingKeysOf(other).anchors)).toBe(false);
    await expect(anchorMeans({ bus: bench.bus, home: other }, {})).rejects.toThrow(/anchors\.pub: does not hold/);
    await expect(anchorMeans({ bus: bench.bus, home: other }, { AITRADER_ANCHORS: 'azure://x' })).rejects.toThrow();
    rmSync(other, { recursive: true });
  });
});
