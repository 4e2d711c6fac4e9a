import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { NONCE_STREAM, NONCE_SUBJECTS, SCHEDULE_STREAM, SCHEDULE_SUBJECTS } from '@aitrader/contracts';
import { openTestBus, START_MS_MAX, type BusUnderTest } from '../test/bus-under-test.ts';
import { openBus, type Bus } from './connection.ts';
import { RowLog } from './row-log.ts';
import { accessOf } from './server/index.ts';

const DAY_MS = 86_400_000;
const OPTIONS = { stream: SCHEDULE_STREAM, subjects: SCHEDULE_SUBJECTS, ageMsMax: DAY_MS };

describe('a log of rows', () => {
  let test: BusUnderTest;
  let bus: Bus;
  let log: RowLog;
  let row: string;
  let rows = 0;

  beforeAll(async () => {
    test = await openTestBus();
    bus = await openBus(accessOf(test.server, 'scheduler'), 'log under test');
    log = await RowLog.open(bus, OPTIONS);
  }, START_MS_MAX);
  afterAll(async () => {
    await bus.nc.close();
    await test.close();
  });
  beforeEach(() => {
    row = `2024-07-02.row-${(rows += 1)}`;
  });

  async function factsOf(key: string): Promise<string[]> {
    const facts: string[] = [];
    for (let fact = await log.after(0); fact !== undefined; fact = await log.after(fact.seq))
      if (fact.key === key) facts.push(Buffer.from(fact.data).toString());
    return facts;
  }

  it('stores the first fact of a row once, of many who write it at the same time', async () => {
    const others = await Promise.all(Array.from({ length: 4 }, () => openBus(accessOf(test.server, 'scheduler'), 'another')));
    const logs = await Promise.all(others.map((other) => RowLog.open(other, OPTIONS)));
    const stored = await Promise.all(logs.map((one, i) => one.append(row, `claimed by ${i}`, 0, row)));
    expect(stored.filter((seq) => seq !== undefined)).toHaveLength(1);
    expect(await factsOf(row)).toEqual([`claimed by ${stored.findIndex((seq) => seq !== undefined)}`]);
    await Promise.all(others.map(({ nc }) => nc.close()));
  });

  it('stores no fact whose writer does not know the last one', async () => {
    const first = await log.append(row, 'first', 0, `${row}/1`);
    const second = await log.append(row, 'second', first ?? 0, `${row}/2`);
    expect(await log.append(row, 'late', first ?? 0, `${row}/3`)).toBeUndefined();
    expect(await log.append(row, 'third', second ?? 0, `${row}/4`)).toBeGreaterThan(second ?? 0);
    expect(await factsOf(row)).toEqual(['first', 'second', 'third']);
  });

  it('takes a fact that is told again for the one that is there', async () => {
    const seq = await log.append(row, 'same', 0, `${row}/1`);
    expect(await log.append(row, 'same', 0, `${row}/1`)).toBe(seq);
    expect(await log.append(row, 'same', 0, `${row}/of another id`)).toBe(seq);
    expect(await log.append(row, 'other words', 0, `${row}/1`)).toBeUndefined();
  });

  it('can be neither changed nor deleted by who writes it', async () => {
    await RowLog.open(bus, { stream: NONCE_STREAM, subjects: NONCE_SUBJECTS, ageMsMax: DAY_MS });
    for (const request of ['STREAM.DELETE', 'STREAM.PURGE', 'STREAM.UPDATE', 'STREAM.MSG.DELETE'])
      await expect(bus.nc.request(`$JS.API.${request}.${SCHEDULE_STREAM}`, '{"seq":1}', { timeout: 500 })).rejects.toThrow(
        /permission/i,
      );
  });
});
