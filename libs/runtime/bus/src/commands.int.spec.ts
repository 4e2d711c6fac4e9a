import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ContractError, decodeControl, encodeControl } from '@aitrader/contracts';
import { epochMs, newControl, runId, type RunId } from '@aitrader/model';
import { commandRecordedAs, recordCommand } from './commands.ts';
import type { Bus } from './connection.ts';
import { FencedPublisher } from './publisher.ts';
import { readMessages } from './recording-reader.ts';
import { UnknownRunError, lastOf } from './recordings.ts';
import { openTestBus, START_MS_MAX, type BusUnderTest } from '../test/bus-under-test.ts';

const halt = (reason: string): string => encodeControl(newControl('halt', epochMs(60_000), 'ada', reason));

describe('an operator’s command', () => {
  let test: BusUnderTest;
  let bus: Bus;

  beforeAll(async () => {
    test = await openTestBus();
    ({ bus } = test);
  }, START_MS_MAX);
  afterAll(() => test.close());

  async function reasonsIn(run: RunId): Promise<string[]> {
    const reasons: string[] = [];
    await readMessages(bus, run, ({ seq, data }) => reasons.push(`${seq} ${decodeControl(data).reason}`));
    return reasons;
  }

  it('is stored once under one id, and a retry is told where', async () => {
    const run = await test.newRun();
    expect(await recordCommand(bus, run, halt('one'), 'id-1', {})).toBe(1);
    expect(await recordCommand(bus, run, halt('two'), 'id-2', {})).toBe(2);
    expect(await recordCommand(bus, run, halt('one'), 'id-1', {})).toBe(1);
    expect(await reasonsIn(run)).toEqual(['1 one', '2 two']);
  });

  it('is found by its id, however long ago it was recorded; and one that was not is not', async () => {
    const run = await test.newRun();
    for (const id of ['id-1', 'id-2', 'id-3']) await recordCommand(bus, run, halt(id), id, {});
    expect(await commandRecordedAs(bus, run, 'id-2')).toBe(2);
    expect(await commandRecordedAs(bus, run, 'id-4')).toBeUndefined();
  });

  it('stands beside ingest’s own, of any instant, and fences nobody off', async () => {
    const run = await test.newRun();
    const failures: Error[] = [];
    const ingest = new FencedPublisher(bus, run, 'ingest', { failed: (error) => failures.push(error), stored: () => undefined });
    await ingest.own('control', -1);
    const says = async (t: number): Promise<void> => {
      const command = newControl('end-of-bars', epochMs(t), 'ingest', `ingest at ${t}`);
      ingest.publish([{ fact: 'control', shard: -1, t: command.t, payload: encodeControl(command) }]);
      await ingest.settled();
    };
    await says(30_000);
    const writers = Array.from({ length: 8 }, (_, i) => recordCommand(bus, run, halt(`operator ${i}`), `id-${i}`, {}));
    expect([...(await Promise.all(writers))].sort((a, b) => a - b)).toEqual([2, 3, 4, 5, 6, 7, 8, 9]);
    await says(45_000);
    expect(failures).toEqual([]);
    expect((await reasonsIn(run)).filter((reason) => reason.includes('ingest'))).toEqual([
      '1 ingest at 30000',
      '10 ingest at 45000',
    ]);
    const last = await lastOf(bus, run, 'control');
    expect(last?.seq).toBe(10);
  });

  it('is refused when no stage could read it, and for a run that is not there', async () => {
    const run = await test.newRun();
    await expect(recordCommand(bus, run, '{"t":1}', 'id-1', {})).rejects.toThrow(ContractError);
    await expect(recordCommand(bus, runId('paper-none'), halt('x'), 'id-1', {})).rejects.toThrow(UnknownRunError);
    expect((await bus.jsm.streams.info(`AT_${run.toUpperCase()}`)).state.messages).toBe(0);
  });
});
