/**
 * The anchors of a run, over a real server.
 *
 * 1. Whatever moment a crash picks, it is gone on behind what is on the disk, and a block that was about to be signed is signed as the same block.
 * 2. Nothing is signed on top of what speaks against it, and the refusal says what that is.
 * 3. Of several who anchor one run at once each block is signed by one.
 * 4. A run that goes on is followed, and what cannot be done now is done later.
 * 5. What is outside is what is here, and is never replaced.
 */
import {
  appendFileSync,
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { headers } from '@nats-io/transport-node';
import { streamOf } from '@aitrader/contracts';
import { runId, type RunId } from '@aitrader/model';
import {
  accessOf,
  connectOrStart,
  createRecording,
  deleteRecording,
  locateNatsServer,
  openBus,
  type Bus,
  type BusServer,
} from '@aitrader/runtime-bus';
import { newPrivateKey, signerOf, signingKeysOf } from '@aitrader/runtime-signing';
import { anchorIn } from './anchor.ts';
import { anchorFilesOf, type AnchorFiles } from './anchor-files.ts';
import { AnchorLog, BLOCK_MESSAGES_MAX, type AnchorMeans } from './anchor-log.ts';
import { anchorMeans, anchorRun, beginAnchoring } from './anchoring.ts';
import { checkChain } from './chain-check.ts';
import { CannotProve, proofOf } from './inclusion-proof.ts';
import { HASH_BYTES } from './merkle.ts';
import { outsideName, writeOnceFolder } from './outside.ts';

const PROJECT_HOME = path.resolve(import.meta.dirname, '../../../../.aitrader');
const START_MS_MAX = 120_000;
const WAIT_MS_MAX = 20_000;

let home: string;
let bus: Bus;
let server: BusServer & { readonly stop: () => Promise<void> };
let means: AnchorMeans;
let run: RunId;
let files: AnchorFiles;
let runs = 0;

beforeAll(async () => {
  home = mkdtempSync(path.join(tmpdir(), 'anchors-'));
  const { path: binary } = await locateNatsServer({ home: PROJECT_HOME });
  server = await connectOrStart({ home, binary, env: { ...process.env, NATS_URL: '' } });
  bus = await openBus(accessOf(server, 'supervisor'), 'anchors under test');
  means = await anchorMeans({ bus, home }, {});
}, START_MS_MAX);
afterAll(async () => {
  await bus.nc.close();
  await server.stop();
  rmSync(home, { recursive: true });
});
beforeEach(async () => {
  run = runId(`paper-${(runs += 1)}`);
  files = anchorFilesOf(home, run);
  await createRecording(bus, run);
});

/** Records messages that say their number, from one on. */
async function recordUpTo(last: number, said = (n: number): string => `message ${n}`): Promise<void> {
  const stored = async (): Promise<number> => (await bus.jsm.streams.info(streamOf(run))).state.last_seq;
  for (let n = (await stored()) + 1; n <= last; n++) {
    const head = headers();
    head.set('Nats-Msg-Id', `${run}/${n}/${said(n)}`);
    bus.nc.publish(`at.${run}.bars.v2.${n % 3}`, said(n), { headers: head });
  }
  await bus.nc.flush();
  while ((await stored()) < last) await sleep(5);
}
const linesNow = (): string[] => readFileSync(files.lines, 'utf8').split('\n').slice(0, -1);
const lastsNow = (): number[] => linesNow().map((line) => (JSON.parse(line) as { last: number }).last);
const holds = async (): Promise<void> => {
  expect(await checkChain(means, run)).toMatchObject({ problem: undefined, notAnchored: 0 });
};

describe('anchors', () => {
  it('are signed by blocks of a bounded size, each going on from the one before', async () => {
    await recordUpTo(2 * BLOCK_MESSAGES_MAX + 100);
    expect(await anchorRun(means, run)).toEqual({
      run,
      blocks: 3,
      last: 2 * BLOCK_MESSAGES_MAX + 100,
      outsideProblem: undefined,
    });
    expect(lastsNow()).toEqual([BLOCK_MESSAGES_MAX, 2 * BLOCK_MESSAGES_MAX, 2 * BLOCK_MESSAGES_MAX + 100]);
    await holds();
    await anchorRun(means, run);
    expect(linesNow()).toHaveLength(3);
  });

  it('wait for a block to be full where they may', async () => {
    await recordUpTo(BLOCK_MESSAGES_MAX + 7);
    const log = new AnchorLog(means, run);
    expect(await log.advance(false)).toBe(7);
    expect(lastsNow()).toEqual([BLOCK_MESSAGES_MAX]);
    const verdict = await checkChain(means, run);
    expect(verdict).toMatchObject({ problem: undefined, anchored: BLOCK_MESSAGES_MAX, notAnchored: 7 });
    await expect(proofOf(means, run, BLOCK_MESSAGES_MAX + 1)).rejects.toThrow(
      `message ${BLOCK_MESSAGES_MAX + 1} of ${run} is not anchored yet: anchors go up to message ${BLOCK_MESSAGES_MAX}`,
    );
    await expect(proofOf(means, run, 9_999)).rejects.toThrow(CannotProve);
  });

  it('1. go on after a crash in the middle of a line: it is dropped, and the same block is signed', async () => {
    await recordUpTo(10);
    await anchorRun(means, run);
    await recordUpTo(25);
    await anchorRun(means, run);
    const [, second = ''] = linesNow();
    truncateSync(files.lines, readFileSync(files.lines).length - 30);
    expect(await checkChain(means, run)).toMatchObject({ isTorn: true, problem: undefined, anchored: 10, notAnchored: 15 });
    // it would be a larger block without the leaves of the one that was begun
    await recordUpTo(40);
    await anchorRun(means, run);
    expect(lastsNow()).toEqual([10, 25, 40]);
    const rootIn = (line: string): unknown => (anchorIn(line) as { root?: string }).root;
    expect(rootIn(linesNow()[1] ?? '')).toBe(rootIn(second));
    await holds();
  });

  it('1. go on after a crash between the leaves and the line, and in the middle of the leaves', async () => {
    await recordUpTo(10);
    await anchorRun(means, run);
    appendFileSync(files.leaves, Buffer.alloc(HASH_BYTES / 2));
    await recordUpTo(12);
    await anchorRun(means, run);
    await holds();
    const before = readFileSync(files.lines);
    await recordUpTo(20);
    await anchorRun(means, run);
    writeFileSync(files.lines, before);
    await recordUpTo(30);
    await anchorRun(means, run);
    expect(lastsNow()).toEqual([10, 12, 20, 30]);
    await holds();
  });

  it.each<[string, () => Promise<void> | void, RegExp]>([
    ['the recording was cut', () => rewrite(15), /the recording ends with message 15, and messages up to 20 are anchored/],
    [
      'the recording was rewritten',
      () => rewrite(30, (n) => `other ${n}`),
      /messages 11 to 20 are not those that were anchored as block 2/,
    ],
    [
      'a line was taken out',
      () => writeFileSync(files.lines, `${linesNow()[1]}\n`),
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
    await recordUpTo(10);
    await anchorRun(means, run);
    await recordUpTo(20);
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
    await recordUpTo(2 * BLOCK_MESSAGES_MAX + 1);
    await anchorRun(means, run);
    rmSync(files.lines);
    await expect(anchorRun(means, run)).rejects.toThrow(
      /ends with message 0, and there are leaves up to 2049: lines were taken away/,
    );
  });

  it('2. are not signed of what was about to be signed before a crash and is another since', async () => {
    await recordUpTo(10);
    await anchorRun(means, run);
    rmSync(files.lines);
    await rewrite(10, (n) => `other ${n}`);
    await expect(anchorRun(means, run)).rejects.toThrow(/messages 1 to 10 are not those that were to be anchored next/);
  });

  it('2. are those of the keys that are trusted: of others it is said', async () => {
    await recordUpTo(10);
    await anchorRun({ ...means, signer: signerOf(newPrivateKey(), 'a stranger') }, run);
    const refused = /block 1 is signed by \S{43}, which is no key of anchors here/;
    expect((await checkChain(means, run)).problem?.problem).toMatch(refused);
    await expect(anchorRun(means, run)).rejects.toThrow(refused);
  });

  it('2. may be signed by a new key, while the one before it is trusted still', async () => {
    await recordUpTo(10);
    await anchorRun(means, run);
    await recordUpTo(20);
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
    await recordUpTo(3 * BLOCK_MESSAGES_MAX);
    await Promise.all([1, 2, 3].map(() => anchorRun(means, run)));
    expect(lastsNow()).toEqual([1, 2, 3].map((n) => n * BLOCK_MESSAGES_MAX));
    const logs = [new AnchorLog(means, run), new AnchorLog(means, run)];
    for (const last of [3_100, 3_200, 3_300]) {
      await recordUpTo(last);
      await Promise.all(logs.map((log) => log.advance(true)));
    }
    await holds();
  });

  it('4. follow a run to its end, and tell what goes wrong once', async () => {
    const told: string[] = [];
    await recordUpTo(BLOCK_MESSAGES_MAX);
    const anchoring = beginAnchoring(means, run, (words) => told.push(words));
    await until(() => existsSync(files.lines));
    await recordUpTo(BLOCK_MESSAGES_MAX + 30);
    expect(await anchoring.stop(true)).toMatchObject({ blocks: 2, last: BLOCK_MESSAGES_MAX + 30 });
    expect(told).toEqual([]);
    await holds();
  });

  it('4. say what speaks against a run, and let it go on', async () => {
    const told: string[] = [];
    await recordUpTo(10);
    await anchorRun(means, run);
    await rewrite(12, (n) => `other ${n}`);
    const anchoring = beginAnchoring(means, run, (words) => told.push(words));
    await until(() => told.length > 0);
    await anchoring.stop(true);
    expect(told).toEqual([expect.stringContaining(`${run} is not anchored any further`)]);
    expect(lastsNow()).toEqual([10]);
  });
});

describe('anchors outside', () => {
  let folder: string;
  let both: AnchorMeans;
  beforeEach(() => {
    folder = path.join(home, 'outside', run);
    both = { ...means, outside: writeOnceFolder(folder) };
  });
  const outside = (block: number): string => path.join(folder, outsideName(run, block));
  const replace = (file: string, change: (text: string) => string): void => {
    chmodSync(file, 0o644);
    writeFileSync(file, change(readFileSync(file, 'utf8')));
  };

  it('5. are those that are here, with the leaves of their messages', async () => {
    await recordUpTo(10);
    await anchorRun(both, run);
    await recordUpTo(20);
    await anchorRun(both, run);
    expect(linesNow()).toEqual([1, 2].map((block) => readFileSync(outside(block), 'utf8').split('\n')[0]));
    expect(await checkChain(both, run)).toMatchObject({ problem: undefined, outside: { name: folder, blocks: 2 } });
  });

  it('5. name the message that was changed by whoever has the home and its key, where both were made anew', async () => {
    await recordUpTo(10);
    await anchorRun(both, run);
    await recordUpTo(20);
    await anchorRun(both, run);
    await rewrite(20, (n) => (n === 13 ? 'thirteen' : `message ${n}`));
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

  it('5. name the message also where the home has no leaves any more', async () => {
    await recordUpTo(20);
    await anchorRun(both, run);
    rmSync(files.leaves);
    await rewrite(20, (n) => (n === 13 ? 'thirteen' : `message ${n}`));
    expect((await checkChain(both, run)).problem).toMatchObject({ block: 1, seq: 13 });
    expect((await checkChain(means, run)).problem).toMatchObject({
      ...{ block: 1, seq: 1 },
      problem: expect.stringMatching(/messages 1 to 20 are not those .* cannot be told/),
    });
    await rewrite(15);
    expect((await checkChain(means, run)).problem).toMatchObject({
      seq: 1,
      problem: expect.stringContaining('ends with message 15'),
    });
  });

  it('5. refuse another block under the same number, and one that is missing shows', async () => {
    for (const last of [10, 20, 30]) {
      await recordUpTo(last);
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

  it('5. are brought later when the place cannot be reached now', async () => {
    const told: string[] = [];
    mkdirSync(path.dirname(folder), { recursive: true });
    writeFileSync(folder, 'a file, where a folder belongs');
    await recordUpTo(10);
    const { outsideProblem } = await anchorRun(both, run);
    expect(outsideProblem).toContain(folder);
    const anchoring = beginAnchoring(both, run, (words) => told.push(words));
    await until(() => told.length > 0);
    await recordUpTo(20);
    expect((await anchoring.stop(true)).outsideProblem).toContain(folder);
    expect(told).toEqual([expect.stringContaining(`anchors of ${run} are not outside: ${folder}`)]);
    rmSync(folder);
    expect((await anchorRun(both, run)).outsideProblem).toBeUndefined();
    expect(await checkChain(both, run)).toMatchObject({ problem: undefined, outside: { blocks: 2 } });
  });
});

describe('the key of anchors', () => {
  it('is the home’s own, or the one that the environment names, which is published beside it', async () => {
    const other = mkdtempSync(path.join(tmpdir(), 'anchor-key-'));
    const key = newPrivateKey();
    const file = path.join(other, 'given.key');
    writeFileSync(file, key, { mode: 0o600 });
    const { signer, keys } = await anchorMeans({ bus, home: other }, { AITRADER_ANCHOR_KEY: `file:${file}` });
    expect(signer.publicKey).toBe(signerOf(key, 'given').publicKey);
    expect(keys).toEqual([signer.publicKey]);
    expect(existsSync(signingKeysOf(other).anchors)).toBe(false);
    await expect(anchorMeans({ bus, home: other }, {})).rejects.toThrow(/anchors\.pub: does not hold/);
    await expect(anchorMeans({ bus, home: other }, { AITRADER_ANCHORS: 'azure://x' })).rejects.toThrow();
    rmSync(other, { recursive: true });
  });
});

/** Puts another recording of this name in its place. */
async function rewrite(last: number, said?: (n: number) => string): Promise<void> {
  await deleteRecording(bus, run);
  await createRecording(bus, run);
  await recordUpTo(last, said);
}

async function until(isSo: () => boolean): Promise<void> {
  const deadline = performance.now() + WAIT_MS_MAX;
  while (!isSo()) {
    if (performance.now() > deadline) throw new Error('it did not come to that');
    await sleep(20);
  }
}
