/**
 * Recordings of every kind, held against their anchors.
 *
 * 1. One that nobody touched holds, whatever program wrote it.
 * 2. Each way of tampering with it is found, and the first message named that is not what was anchored.
 * 3. Somebody who rewrites a whole recording so that it verifies again does not get past its anchors.
 * 4. A block that was left out, taken away or signed anew is found, and what is not anchored is said.
 */
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  anchorFilesOf,
  anchorMeans,
  anchorRun,
  checkChain,
  type AnchorMeans,
  type ChainVerdict,
} from '@aitrader/application-proof';
import { inOnePart, marketOf, newManifest } from '@aitrader/application-markets';
import { runInMemory } from '@aitrader/application-pipeline';
import { Recorder, verifyRecording } from '@aitrader/application-recordings';
import { finishBarTable, newBarTableDraft, appendBar, type BarTable } from '@aitrader/core-market';
import { item, read, readInt32, runId, ticker, type Manifest, type RunId } from '@aitrader/model';
import { deleteRecording, type Bus } from '@aitrader/runtime-bus';
import { START_MS_MAX, openTestHome } from '../../../../tools/testing/home-under-test.ts';
import { keptMessages, restoreMessages, restoreRecording } from '../testing/golden-recording.ts';
import { HASTY, marketBetween } from '../../../../tools/testing/small-market.ts';
import { flipped, rewriteRecording, storedWhole, type StoredWhole } from '../../../../tools/testing/tampering.ts';

const FOLDER = path.resolve(import.meta.dirname, '../golden');
const RUN_MS_MAX = 120_000;

const KINDS: readonly (readonly [kind: string, golden: string])[] = [
  ['a run in one process', 'manifest-v6'],
  ['a paper run with an operator’s commands', 'control-v4'],
  ['a run with a broker', 'broker-v1'],
  ['a signed run at a paper exchange that left something', 'orders-v4'],
  ['a run in succession', 'opening-v1'],
];
const kept = (name: string): ReturnType<typeof keptMessages> => keptMessages(path.join(FOLDER, `${name}.jsonl.gz`));
const runIn = (messages: readonly { readonly subject: string }[]): RunId => runId(item(messages, 0).subject.split('.')[1] ?? '');

/** What a tampering does to the messages, and the first place where that shows, from 1. */
interface Tampering {
  readonly name: string;
  readonly change: (messages: readonly StoredWhole[], at: number) => readonly StoredWhole[];
  readonly seq: (at: number, count: number) => number;
}
const sameAt = (at: number): number => at;
const TAMPERINGS: readonly Tampering[] = [
  { name: 'a bit is turned', change: (all, at) => all.with(at - 1, flipped(item(all, at - 1))), seq: sameAt },
  { name: 'a message is taken out', change: (all, at) => all.toSpliced(at - 1, 1), seq: sameAt },
  {
    name: 'a message is put in',
    change: (all, at) => all.toSpliced(at - 1, 0, { ...item(all, at + 4), headers: [] }),
    seq: sameAt,
  },
  {
    name: 'two neighbours are exchanged',
    change: (all, at) => all.with(at - 1, item(all, at)).with(at, item(all, at - 1)),
    seq: sameAt,
  },
  { name: 'the end is cut off', change: (all, at) => all.slice(0, at - 1), seq: sameAt },
  { name: 'the last message is cut off', change: (all) => all.slice(0, -1), seq: (_, count) => count },
  {
    name: 'a message is moved to another subject',
    change: (all, at) => all.with(at - 1, { ...item(all, at - 1), subject: item(all, 0).subject }),
    seq: sameAt,
  },
  {
    name: 'a header is changed',
    change: (all, at) => all.with(at - 1, { ...item(all, at - 1), headers: [['Nats-Msg-Id', 'another']] }),
    seq: sameAt,
  },
  { name: 'the first message is changed', change: (all) => all.with(0, flipped(item(all, 0))), seq: () => 1 },
];

describe('a recording that is anchored', () => {
  let home: Awaited<ReturnType<typeof openTestHome>>;
  let bus: Bus;
  let means: AnchorMeans;
  beforeAll(async () => {
    home = await openTestHome();
    ({ bus } = home);
    means = await anchorMeans(home, {});
  }, START_MS_MAX);
  afterAll(() => home.close());
  const check = (run: RunId): Promise<ChainVerdict> => checkChain(means, run);

  it(
    '1. holds, of every kind that released programs have written',
    async () => {
      for (const file of readdirSync(FOLDER).filter((name) => name.endsWith('.jsonl.gz'))) {
        const messages = kept(file.replace('.jsonl.gz', ''));
        const run = runIn(messages);
        await restoreRecording(bus, run, messages);
        expect(await anchorRun(means, run)).toMatchObject({ last: messages.length });
        const verdict = await check(run);
        expect(verdict).toMatchObject({
          problem: undefined,
          anchored: messages.length,
          notAnchored: 0,
          messages: messages.length,
        });
        rmSync(anchorFilesOf(home.home, run).lines);
        rmSync(anchorFilesOf(home.home, run).leaves);
        await deleteRecording(bus, run);
      }
    },
    RUN_MS_MAX,
  );

  describe.each(KINDS)('of %s', (_, golden) => {
    let run: RunId;
    let untouched: StoredWhole[];
    beforeAll(async () => {
      const messages = kept(golden);
      run = runIn(messages);
      // signed as it grew, so that there are blocks of several sizes
      const third = Math.floor(messages.length / 3);
      await restoreRecording(bus, run, messages.slice(0, third));
      await anchorRun(means, run);
      for (const from of [third, 2 * third]) {
        await restoreMessages(bus, run, messages.slice(from, from === third ? 2 * third : undefined));
        await anchorRun(means, run);
      }
      untouched = await storedWhole(bus, run);
    }, RUN_MS_MAX);

    it('2. holds as long as nobody touches it, and when it was only copied', async () => {
      const verdict = await check(run);
      expect(verdict).toMatchObject({ problem: undefined, notAnchored: 0, anchored: untouched.length });
      expect(verdict.blocks).toBeGreaterThanOrEqual(3);
      await rewriteRecording(bus, run, untouched);
      expect(await check(run)).toEqual(verdict);
    });

    it.each(TAMPERINGS)('2. does not hold when $name, and says where', async ({ change, seq }) => {
      // in the block in the middle
      const at = Math.floor(untouched.length / 2);
      await rewriteRecording(bus, run, change(untouched, at));
      const expected = seq(at, untouched.length);
      const verdict = await check(run);
      expect(verdict.problem).toMatchObject({ seq: expected });
      expect(verdict.anchored).toBeLessThan(expected);
    });

    it('2. does not hold when somebody without the key signs a change, and names the block', async () => {
      const changed = untouched.with(9, flipped(item(untouched, 9)));
      await rewriteRecording(bus, run, changed);
      const { lines } = anchorFilesOf(home.home, run);
      const before = readFileSync(lines, 'utf8');
      const { root } = JSON.parse(before.split('\n')[0] ?? '') as { root: string };
      writeFileSync(
        lines,
        before.replace(
          root,
          root.replace(/^./, (digit) => (digit === '0' ? '1' : '0')),
        ),
      );
      expect((await check(run)).problem).toMatchObject({ block: 1, seq: 1, problem: expect.stringContaining('signature') });
      writeFileSync(lines, before);
      expect((await check(run)).problem).toMatchObject({ block: 1, seq: 10 });
      await rewriteRecording(bus, run, untouched);
    });

    it('4. does not hold when a block is left out of its anchors, and names it', async () => {
      const { lines } = anchorFilesOf(home.home, run);
      const before = readFileSync(lines, 'utf8');
      const all = before.split('\n');
      writeFileSync(lines, all.toSpliced(1, 1).join('\n'));
      expect((await check(run)).problem).toMatchObject({ block: 2, problem: expect.stringContaining('block 2 is missing') });
      writeFileSync(
        lines,
        all
          .with(0, all[1] ?? '')
          .with(1, all[0] ?? '')
          .join('\n'),
      );
      expect((await check(run)).problem).toMatchObject({ block: 1, seq: 1 });
      writeFileSync(lines, all.slice(0, -2).join('\n') + '\n');
      const shorter = await check(run);
      expect(shorter.problem).toBeUndefined();
      expect([shorter.anchored < untouched.length, shorter.anchored + shorter.notAnchored]).toEqual([true, untouched.length]);
      writeFileSync(lines, before);
      expect(await check(run)).toMatchObject({ problem: undefined, notAnchored: 0 });
    });
  });

  it(
    '3. does not hold when bars and all that follows from them were rewritten to fit, though it verifies',
    async () => {
      const hour = [Date.UTC(2024, 6, 3, 13, 30), Date.UTC(2024, 6, 3, 14, 30)] as const;
      const table = marketBetween(...hour, ['SYN.B', 'SYN01', 'SYN02', 'SYN03'].map(ticker));
      const run = runId('backtest-rewritten');
      const source = { name: 'an hour', sha256: '', shape: 'synthetic', adjustment: 'raw' } as const;
      const manifest = newManifest(run, 'backtest', 2, HASTY, marketOf({ bars: inOnePart(table), sources: [source] }));
      await record(bus, manifest, table);
      await anchorRun(means, run);
      expect(await check(run)).toMatchObject({ problem: undefined, notAnchored: 0 });
      const honest = await storedWhole(bus, run);
      await deleteRecording(bus, run);
      await record(bus, manifest, withDearerBar(table));
      expect(await verifyRecording(bus, run)).toMatchObject({ difference: undefined });
      const rewritten = await storedWhole(bus, run);
      const first = honest.findIndex(({ data }, i) => Buffer.compare(data, rewritten[i]?.data ?? Buffer.of()) !== 0) + 1;
      expect(item(honest, first - 1).subject).toContain('.bars.');
      expect(first).toBeGreaterThan(1);
      expect((await check(run)).problem).toMatchObject({
        seq: first,
        problem: expect.stringContaining(`message ${first} on at.`),
      });
    },
    RUN_MS_MAX,
  );
});

async function record(bus: Bus, manifest: Manifest, table: BarTable): Promise<void> {
  const recorder = await Recorder.begin(bus, manifest);
  const { shards, config } = manifest;
  await runInMemory({ table, config, shards, watchers: [recorder.add], flush: () => recorder.flush() });
  await recorder.end();
}

/** The same bars, with one close in the middle by a cent above. */
function withDearerBar(table: BarTable): BarTable {
  const draft = newBarTableDraft(table.timeframe, table.symbols);
  const dear = Math.floor(table.count / 2);
  for (let row = 0; row < table.count; row++) {
    const [high, close] = [read(table.high, row), read(table.close, row) + (row === dear ? 0.01 : 0)];
    const prices = { open: read(table.open, row), high: Math.max(high, close), low: read(table.low, row), close };
    appendBar(draft, { t: read(table.t, row), symbol: readInt32(table.symbol, row), ...prices, volume: read(table.volume, row) });
  }
  return finishBarTable(draft);
}
