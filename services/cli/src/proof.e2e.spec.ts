/**
 * Anchors, proofs, and what a stranger does with them, by the built command.
 *
 * 1. Whatever was run here is anchored to its end: in one process, by services with an operator's commands and after `kill -9` of all, at a paper
 *    exchange, and behind another run.
 * 2. What is changed in a recording afterwards is found, and the message is named.
 * 3. A proof of a message is good for who has nothing but the key, the proof and a page of documentation.
 */
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { execFile } from 'node:child_process';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { checkChain, proofFrom, whyNotProved, type InclusionProof } from '@aitrader/application-proof';
import { withHome } from '@aitrader/application-supervision';
import { item, runId } from '@aitrader/model';
import { newPrivateKey, readAnchorKeys, signerOf, signingKeysOf } from '@aitrader/runtime-signing';
import { flipped, rewriteRecording, storedWhole, type StoredWhole } from '../../../tools/testing/tampering.ts';
import { ROOT, commandUnderTest, processesOf, type CommandUnderTest, type Finished } from './testing/command-under-test.ts';
import { BELIEVING } from './testing/eager-rules.ts';

const RUN_MS_MAX = 240_000;
const SCRIPT = path.join(ROOT, 'docs/check-proof.mjs');
const KINDS = ['memory', 'commanded', 'exchange', 'following'] as const;
type Kind = (typeof KINDS)[number];

interface Chain {
  readonly verified: boolean;
  readonly messages: number;
  readonly anchored: number;
  readonly notAnchored: number;
  readonly blocks: number;
  readonly problem: { readonly seq: number; readonly block: number; readonly problem: string } | null;
  readonly outside: { readonly blocks: number } | null;
}

describe('a recording of a run here', () => {
  let aitrader: CommandUnderTest;
  const runs = new Map<Kind, string>();
  const run = (kind: Kind): string => runs.get(kind) ?? '';
  const chain = async (kind: Kind): Promise<Chain> =>
    JSON.parse((await aitrader.run('verify', run(kind), '--chain', '--json')).stdout) as Chain;

  beforeAll(async () => {
    aitrader = await commandUnderTest({ AITRADER_CHECKPOINT_SLICES: '50' });
    const config = path.join(aitrader.folder, 'config.json');
    writeFileSync(config, JSON.stringify(BELIEVING));
    const day = ['--bars', 'sample', '--to', '2024-07-02', '--config', config];
    runs.set('memory', (await aitrader.json('backtest', ...day, '--record')).run);
    runs.set('commanded', await commanded(day));
    const exchange = await aitrader.json('paper', ...day, '--broker', 'exchange', '--speed', 'max');
    runs.set('exchange', exchange.run);
    await aitrader.json('close', exchange.run);
    const next = ['--from', '2024-07-03', '--to', '2024-07-03', '--config', config, '--broker', 'exchange'];
    const following = await aitrader.json('paper', '--bars', 'sample', ...next, '--speed', 'max', '--follow', exchange.run);
    runs.set('following', following.run);
  }, 2 * RUN_MS_MAX);
  afterAll(() => aitrader.cleanUp());

  /** A run that is halted and resumed, whose processes are all killed, and that is gone on with. */
  async function commanded(day: readonly string[]): Promise<string> {
    const paper = aitrader.start('paper', ...day, '--speed', '5000', '--json');
    let name: string | undefined;
    while ((name = processesOf(aitrader.home)?.run) === undefined) await sleep(20);
    while ((await aitrader.run('halt', name, '--reason', 'news', '--actor', 'ada')).code !== 0) await sleep(100);
    await sleep(1_500);
    for (const pid of [paper.child.pid, ...Object.values(processesOf(aitrader.home)?.pids ?? {})])
      if (typeof pid === 'number') process.kill(pid, 'SIGKILL');
    await paper.finished;
    const going = aitrader.start('paper', '--continue', name, '--speed', 'max', '--json');
    await sleep(500);
    await aitrader.run('resume', name, '--reason', 'it is over', '--actor', 'ada');
    const { code, stderr } = await going.finished;
    expect([code, code === 0 ? '' : stderr]).toEqual([0, '']);
    return name;
  }

  it.each(KINDS)(
    '1. is anchored to its end, and holds: %s',
    async (kind) => {
      const verdict = await chain(kind);
      expect(verdict).toMatchObject({ verified: true, problem: null, notAnchored: 0, outside: null });
      expect(verdict.anchored).toBe(verdict.messages);
      expect(verdict.blocks).toBeGreaterThan(1);
      const { code, stdout } = await aitrader.run('verify', run(kind), '--chain');
      expect([code, stdout]).toEqual([0, expect.stringContaining('is what was anchored: messages 1 to')]);
      expect(stdout).toContain('no place outside is named');
      expect(await aitrader.json('verify', run(kind))).toMatchObject({ verified: true });
    },
    RUN_MS_MAX,
  );

  it.each(KINDS)(
    '2. does not hold when it is changed, and the message is named: %s',
    async (kind) => {
      const at = Math.floor((await chain(kind)).messages / 2);
      const ways: readonly ((all: readonly StoredWhole[]) => readonly StoredWhole[])[] = [
        (all) => all.with(at - 1, flipped(item(all, at - 1))),
        (all) => all.toSpliced(at - 1, 1),
        (all) => all.toSpliced(at - 1, 0, { ...item(all, at + 20), headers: [] }),
        (all) => all.with(at - 1, item(all, at)).with(at, item(all, at - 1)),
        (all) => all.slice(0, at - 1),
      ];
      process.env['AITRADER_HOME'] = aitrader.home;
      const name = runId(run(kind));
      await withHome({ onProgress: () => undefined }, async ({ bus, home }) => {
        const means = { bus, home, keys: readAnchorKeys(signingKeysOf(home).trusted), outside: undefined };
        const untouched = await storedWhole(bus, name);
        for (const way of ways) {
          await rewriteRecording(bus, name, way(untouched));
          expect((await checkChain(means, name)).problem).toMatchObject({ seq: at });
        }
        const { code, stdout } = await aitrader.run('verify', name, '--chain');
        expect([code, stdout]).toEqual([1, expect.stringContaining(`${name} IS NOT WHAT WAS ANCHORED: `)]);
        await rewriteRecording(bus, name, untouched);
        expect((await checkChain(means, name)).problem).toBeUndefined();
      });
    },
    RUN_MS_MAX,
  );

  it('2. says what is not anchored, and what was never', async () => {
    const lines = path.join(aitrader.home, 'anchors', `${run('memory')}.jsonl`);
    const before = readFileSync(lines, 'utf8');
    writeFileSync(lines, before.split('\n').slice(0, 2).join('\n') + '\n');
    const some = await aitrader.run('verify', run('memory'), '--chain');
    expect([some.code, some.stdout]).toEqual([
      0,
      expect.stringMatching(/messages after 2,048 are not anchored yet: nothing is said of these/),
    ]);
    rmSync(lines);
    const none = await aitrader.run('verify', run('memory'), '--chain');
    expect([none.code, none.stdout]).toEqual([1, expect.stringContaining(`no message of ${run('memory')} is anchored`)]);
    const refused = await aitrader.run('anchor', run('memory'));
    expect([refused.code, refused.stderr]).toEqual([1, expect.stringContaining('lines were taken away')]);
    writeFileSync(lines, before);
  });

  it('2. is brought outside by a word, and is held against that', async () => {
    const AITRADER_ANCHORS = path.join(aitrader.folder, 'outside');
    const { blocks } = await chain('memory');
    const partly = await aitrader.runWith({ AITRADER_ANCHORS }, 'verify', run('memory'), '--chain');
    expect(partly.stdout).toContain(`${AITRADER_ANCHORS} has 0 of these blocks`);
    expect((await aitrader.runWith({ AITRADER_ANCHORS }, 'anchor', run('memory'))).code).toBe(0);
    const { code, stdout } = await aitrader.runWith({ AITRADER_ANCHORS }, 'verify', run('memory'), '--chain');
    expect([code, stdout]).toEqual([0, expect.stringContaining(`${AITRADER_ANCHORS} has the same blocks`)]);
    expect(existsSync(path.join(AITRADER_ANCHORS, run('memory'), `${String(blocks).padStart(8, '0')}.json`))).toBe(true);
  });

  describe('has proofs of its messages', () => {
    let file: string;
    let keyFile: string;
    const published = (): string => readFileSync(keyFile, 'utf8').trim();
    beforeAll(() => {
      file = path.join(aitrader.folder, 'proof.json');
      keyFile = path.join(aitrader.home, 'keys', 'trusted', 'anchors.pub');
    });
    /** The script of the documentation, in a process that has nothing of ours. */
    const stranger = async (proof: string, key: string): Promise<Finished> => {
      try {
        const { stdout, stderr } = await promisify(execFile)(process.execPath, [SCRIPT, proof, key], { env: {}, cwd: '/' });
        return { code: 0, stdout, stderr };
      } catch (error) {
        const { code, stdout, stderr } = error as Finished;
        return { code, stdout, stderr };
      }
    };
    const checked = (proof: string, ...key: string[]): Promise<Finished> => aitrader.run('proof', '--check', proof, ...key);

    it.each(KINDS)(
      '3. that a stranger believes, and nothing that was changed in one: %s',
      async (kind) => {
        const { messages } = await chain(kind);
        for (const seq of [1, Math.floor(messages / 2), messages]) {
          const written = await aitrader.run('proof', run(kind), String(seq), '--into', file);
          expect([written.code, written.stdout]).toEqual([
            0,
            expect.stringContaining(`proves message ${seq.toLocaleString('en-US')}`),
          ]);
          const believed = await stranger(file, published());
          expect([believed.code, believed.stderr]).toEqual([0, '']);
          expect(believed.stdout).toContain(`message ${seq} of ${run(kind)}`);
        }
        expect((await checked(file)).code).toBe(0);
        expect((await checked(file, '--key', keyFile)).code).toBe(0);
        const proof = JSON.parse(readFileSync(file, 'utf8')) as InclusionProof;
        const changes: readonly InclusionProof[] = [
          { ...proof, message: { ...proof.message, payload: Buffer.from('{}').toString('base64') } },
          { ...proof, message: { ...proof.message, subject: `${proof.message.subject}0` } },
          { ...proof, message: { ...proof.message, headers: [...proof.message.headers, ['Aitrader-Signature', 'x']] } },
          { ...proof, message: { ...proof.message, seq: proof.message.seq - 1 }, index: proof.index - 1 },
          { ...proof, path: proof.path.slice(1) },
          { ...proof, path: [...proof.path, item(proof.path, 0)] },
          { ...proof, anchor: { ...proof.anchor, at: '2020-01-01T00:00:00.000Z' } },
          { ...proof, anchor: { ...proof.anchor, before: '1'.repeat(64) } },
        ];
        for (const change of changes) {
          writeFileSync(file, JSON.stringify(change));
          const disbelieved = await stranger(file, published());
          expect([disbelieved.code, disbelieved.stderr]).toEqual([1, expect.stringContaining('proves nothing')]);
          expect(whyNotProved(proofFrom(readFileSync(file, 'utf8')), [published()])).toBeDefined();
        }
        const refused = await checked(file);
        expect([refused.code, refused.stdout]).toEqual([1, expect.stringContaining(`${file} PROVES NOTHING: `)]);
      },
      RUN_MS_MAX,
    );

    it('3. that are worth nothing under another key', async () => {
      const other = signerOf(newPrivateKey(), 'other').publicKey;
      const otherFile = path.join(aitrader.folder, 'other.pub');
      writeFileSync(otherFile, `${other}\n`);
      await aitrader.run('proof', run('memory'), '7', '--into', file);
      expect((await stranger(file, other)).stderr).toContain(`signed by ${published()}, not by the key that was given`);
      expect((await checked(file, '--key', otherFile)).stdout).toContain('PROVES NOTHING: its anchor is signed by');
    });

    it('3. of signed orders, with the signature that they had', async () => {
      process.env['AITRADER_HOME'] = aitrader.home;
      const all = await withHome({ onProgress: () => undefined }, ({ bus }) => storedWhole(bus, runId(run('commanded'))));
      const seq = all.findIndex(({ headers }) => headers.some(([name]) => name === 'Aitrader-Signature')) + 1;
      expect(seq).toBeGreaterThan(0);
      const { message } = await aitrader
        .run('proof', run('commanded'), String(seq))
        .then(({ stdout }) => JSON.parse(stdout) as InclusionProof);
      expect(message.headers.map(([name]) => name)).toContain('Aitrader-Signature');
    });

    it.each<[string, string[], RegExp]>([
      ['no recording', ['proof'], /name a recording and the sequence of a message, or a proof with --check/],
      ['a key without a proof', ['proof', 'x', '1', '--key', 'k'], /--key is for --check alone/],
      ['a recording with a proof', ['proof', 'x', '--check', 'f'], /--check takes no recording/],
      ['a file that is not there', ['proof', '--check', 'nowhere.json'], /nowhere\.json does not exist/],
      ['a file that is no proof', ['proof', '--check', 'config.json'], /config\.json is no proof: /],
    ])('3. are not asked for with %s', async (_, args, why) => {
      const { code, stderr } = await aitrader.run(...args);
      expect([code, stderr]).toEqual([1, expect.stringMatching(why)]);
    });

    it('3. of messages that are there alone', async () => {
      const { code, stderr } = await aitrader.run('proof', run('memory'), '9999999');
      expect([code, stderr]).toEqual([1, expect.stringContaining(`${run('memory')} has no message 9999999`)]);
    });
  });
});
