/**
 * A recorded run as a tape, decided again away from the bus: the very digest of the recording, and under another configuration the first decision
 * that differs.
 */
import { readdirSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { setTimeout as sleep } from 'node:timers/promises';
import { FollowedRuns, recordedTape } from '@aitrader/application-console';
import { manifestOrFail, resultOf, whyAt } from '@aitrader/application-recordings';
import { decideAgain, partingOf, readTape, TapeError, whyOnTape, type Tape } from '@aitrader/application-time-machine';
import { FACT_WIRING, addressOf } from '@aitrader/contracts';
import { item, runId, type Control, type RunId, type Ticker } from '@aitrader/model';
import { recordingInfo, type Bus } from '@aitrader/runtime-bus';
import { START_MS_MAX, openTestHome } from '../../../../tools/testing/home-under-test.ts';
import { keptMessages, restoreRecording } from '../testing/golden-recording.ts';

const FOLDER = path.resolve(import.meta.dirname, '../golden');

/** Recordings of every version that today's program writes as it did: what stands in them today's stages decide. */
const TODAYS = readdirSync(FOLDER)
  .filter((file) => file.endsWith('.jsonl.gz'))
  .map((file) => ({ name: file.replace('.jsonl.gz', ''), messages: keptMessages(path.join(FOLDER, file)) }))
  .filter(({ messages }) =>
    messages.every(({ subject }) => {
      const { fact, version } = addressOf(subject);
      return fact === 'manifest' || version === FACT_WIRING[fact].version;
    }),
  );

describe('a recorded run on a tape', () => {
  let home: Awaited<ReturnType<typeof openTestHome>>;
  let bus: Bus;
  let run: RunId;
  let frames: readonly Uint8Array[];
  let tape: Tape;
  beforeAll(async () => {
    home = await openTestHome();
    ({ bus } = home);
    const { messages } = item(TODAYS, 0);
    run = runId(item(messages, 0).subject.split('.')[1] ?? '');
    await restoreRecording(bus, run, messages);
    frames = await recordedTape(bus, run);
    tape = await readTape(stream(frames));
  }, START_MS_MAX);
  afterAll(() => home.close());

  const commandsOf = (heard: (interval: Tape['intervals'][number]) => readonly Control[]): number =>
    tape.intervals.reduce((sum, interval) => sum + heard(interval).length, 0);

  it('has what each stage heard, once', () => {
    const all = commandsOf(({ control }) => control);
    expect(all).toBeGreaterThan(1);
    // what was recorded last execution and the shards may hear with an interval that never came
    expect(all - commandsOf(({ executionControl }) => executionControl)).toBeLessThanOrEqual(1);
    for (let shard = 0; shard < tape.manifest.shards; shard++)
      expect(all - commandsOf(({ shardControl }) => shardControl[shard] ?? [])).toBeLessThanOrEqual(1);
  });

  it('tells of each command that it is in force from the very interval on that risk heard it with', async () => {
    const [runs, expected] = [new FollowedRuns(bus), [] as (readonly [kind: string, reason: string, t: number])[]];
    const silent = ['data-level', 'model-parameters', 'corporate-actions', 'end-of-bars'];
    decideAgain(tape, tape.manifest.config, ({ t, control }) => {
      for (const { kind, reason } of control) if (!silent.includes(kind)) expected.push([kind, reason, t]);
    });
    const { live, problem } = runs.take(run);
    const last = (await recordingInfo(bus, run)).state.last_seq;
    while (live.seq < last && problem() === undefined) await sleep(20);
    const rows = live.since(0).tables.commands ?? [];
    runs.close();
    const told = rows
      .toSorted((a, b) => Number(a.key) - Number(b.key))
      .map(({ kind, reason, inForceAt }) => [kind, reason, inForceAt]);
    expect(expected.length).toBeGreaterThan(1);
    expect(told.filter(([, , t]) => t !== null)).toEqual(expected);
    expect(problem()).toBeUndefined();
  });

  it('comes to the digest of the recording when it is decided again', async () => {
    const { digest, counts } = await resultOf(bus, run);
    const day = decideAgain(tape);
    expect(day.digest).toEqual(digest);
    expect(tape.digest).toEqual(digest);
    expect(day.counts).toMatchObject({ signals: counts.signals, orders: counts.orders, fills: counts.fills });
  });

  it('is decided again as often as one likes', () => {
    expect(decideAgain(tape)).toEqual(decideAgain(tape));
    expect(partingOf(decideAgain(tape), decideAgain(tape))).toBeNull();
  });

  it('parts where another limit decides first, and says by which gate', () => {
    const was = decideAgain(tape);
    const [t] = [...was.decisions].find(([, { orders }]) => orders.length > 0) ?? [0];
    const { config } = tape.manifest;
    const is = decideAgain(tape, { ...config, risk: { ...config.risk, symbolNotionalFractionMax: 1e-6 } });
    const parting = partingOf(was, is);
    expect(parting?.t).toBeLessThanOrEqual(t);
    expect(parting?.answers.flatMap(({ figures }) => figures.map(({ gate }) => gate))).toContain('SYMBOL_NOTIONAL');
    expect(is.counts.orders).toBe(0);
  });

  it('says why as the recording does', async () => {
    const [t, { denials, orders }] = item([...decideAgain(tape).decisions], 0);
    const symbol: Ticker = item([...orders, ...denials], 0).symbol;
    expect(whyOnTape(tape, symbol, t)).toEqual(await whyAt(bus, run, { symbol, at: t }, () => undefined));
    expect(whyOnTape(tape, symbol, t)?.isAsRecorded).toBe(true);
  });

  it('is refused where anything of it is missing', async () => {
    await expect(readTape(stream(frames.slice(0, -1)))).rejects.toThrow(TapeError);
    await expect(readTape(stream(frames.toSpliced(5, 1)))).rejects.toThrow(/has \d+ of \d+ intervals/);
    await expect(readTape(stream(frames.slice(1)))).rejects.toThrow(TapeError);
    await expect(readTape(stream([...frames, item(frames, 1)]))).rejects.toThrow(TapeError);
  });

  it('is of a whole run of this home', async () => {
    await expect(recordedTape(bus, runId('paper-nowhere'))).rejects.toThrow(/nowhere/);
    expect((await manifestOrFail(bus, run)).run).toBe(run);
  });
});

async function* stream(frames: readonly Uint8Array[]): AsyncGenerator<Uint8Array> {
  await Promise.resolve();
  yield* frames;
}
