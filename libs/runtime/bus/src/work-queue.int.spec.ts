import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { openTestBus, START_MS_MAX, type BusUnderTest } from '../test/bus-under-test.ts';
import { openBus, type Bus } from './connection.ts';
import { accessOf } from './server/index.ts';
import { WorkQueue, type TakenPart } from './work-queue.ts';

const ACK_WAIT_MS = 1_200;
const WAIT_MS = 1_000;
const TRIES_MS_MAX = 60_000;

describe('a work queue', () => {
  let test: BusUnderTest;
  let bus: Bus;
  let queue: WorkQueue;
  let lane: string;
  let lanes = 0;

  beforeAll(async () => {
    test = await openTestBus();
    bus = await openBus(accessOf(test.server, 'sweep'), 'queue under test');
    queue = await WorkQueue.open(bus, 'aitrader.sweep', { ackWaitMs: ACK_WAIT_MS });
  }, START_MS_MAX);
  afterAll(async () => {
    await bus.nc.close();
    await test.close();
  });
  beforeEach(() => {
    lane = `lane-${(lanes += 1)}`;
  });

  const put = (key: string): Promise<boolean> => queue.put({ lane, key }, `part ${key}`);
  const take = async (): Promise<TakenPart> => {
    const taken = await queue.take(lane, WAIT_MS);
    if (taken === undefined) throw new Error('no part came');
    return taken;
  };
  const text = (data: Uint8Array | undefined): string => Buffer.from(data ?? []).toString();
  const keysLeft = async (): Promise<readonly string[]> => (await queue.unfinished(lane)).map(({ key }) => key).sort();

  it('holds a part once, however often it is put, and again after it was finished', async () => {
    expect(await put('a')).toBe(true);
    expect(await put('a')).toBe(false);
    expect(await put('b')).toBe(true);
    const taken = await take();
    expect([taken.key, text(taken.data), taken.taken]).toEqual(['a', 'part a', 1]);
    expect(await put('a')).toBe(false);
    await taken.finish();
    expect(await keysLeft()).toEqual(['b']);
    expect(await put('a')).toBe(true);
  });

  it('gives a part to one taker at a time, and to the next one when it was given back', async () => {
    await put('a');
    const first = await take();
    expect(await queue.take(lane, WAIT_MS)).toBeUndefined();
    await first.giveBack();
    expect((await take()).taken).toBe(2);
  });

  it(
    'leaves a part with whoever is at work for longer than it waits for silent ones, and no others',
    async () => {
      await put('a');
      const busy = await take();
      const [rival] = await Promise.all([queue.take(lane, 2 * ACK_WAIT_MS), busy.during(() => sleep(2.5 * ACK_WAIT_MS))]);
      expect(rival).toBeUndefined();
      await sleep(ACK_WAIT_MS);
      const second = await take();
      expect(second.taken).toBe(2);
      // the silent one comes to its end all the same
      await busy.finish();
      await second.finish();
      expect(await keysLeft()).toEqual([]);
    },
    TRIES_MS_MAX,
  );

  it('takes off what is withdrawn, and shows a part without taking it', async () => {
    await put('a');
    await put('b');
    expect(text(await queue.look({ lane, key: 'a' }))).toBe('part a');
    await queue.withdraw({ lane, key: 'a' });
    expect(await queue.look({ lane, key: 'a' })).toBeUndefined();
    expect((await take()).key).toBe('b');
  });

  it('keeps lanes apart', async () => {
    await put('a');
    expect(await queue.take(`${lane}-other`, WAIT_MS)).toBeUndefined();
    expect(await queue.unfinished(`${lane}-other`)).toEqual([]);
    expect(await queue.unfinished()).toContainEqual({ lane, key: 'a' });
  });

  it('tells once, in the order in which it was told, until it is forgotten', async () => {
    expect(await queue.tell(lane, 'result', 'a', 'one')).toBeUndefined();
    expect(text(await queue.tell(lane, 'result', 'a', 'two'))).toBe('one');
    expect(await queue.tell(lane, 'failure', 'a', 'three')).toBeUndefined();
    expect(text(await queue.told(lane, 'result', 'a'))).toBe('one');
    const first = await queue.toldAfter(lane, 0);
    const second = await queue.toldAfter(lane, first?.seq ?? 0);
    expect([first, second].map((told) => [told?.kind, told?.key, text(told?.data)])).toEqual([
      ['result', 'a', 'one'],
      ['failure', 'a', 'three'],
    ]);
    expect(await queue.toldAfter(lane, second?.seq ?? 0)).toBeUndefined();
    await queue.forget(lane, 'failure', 'a');
    expect(await queue.told(lane, 'failure', 'a')).toBeUndefined();
    expect(await queue.tell(lane, 'failure', 'a', 'four')).toBeUndefined();
  });
});
