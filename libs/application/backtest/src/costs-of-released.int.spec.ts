/**
 * What the fills of every released program cost, by kind: of the simulated broker to the unit, and of a broker of its own what is known.
 */
import { readdirSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { readHistory } from '@aitrader/application-reports';
import { manifestOrFail } from '@aitrader/application-recordings';
import { item, notional, runId } from '@aitrader/model';
import { openTestHome, START_MS_MAX } from '../../../../tools/testing/home-under-test.ts';
import { keptMessages, restoreRecording } from '../testing/golden-recording.ts';

const FOLDER = path.resolve(import.meta.dirname, '../golden');
/** In the order of their names: `orders-v4` is there before `opening-v1`, which follows it, is read. */
const RECORDINGS = readdirSync(FOLDER)
  .filter((file) => file.endsWith('.jsonl.gz'))
  .map((file) => {
    const messages = keptMessages(path.join(FOLDER, file));
    return { file, messages, run: runId(item(messages, 0).subject.split('.')[1] ?? '') };
  });
const RESTORED_MS_MAX = 120_000;

describe('what fills cost that an earlier program recorded', () => {
  let home: Awaited<ReturnType<typeof openTestHome>>;
  beforeAll(async () => {
    home = await openTestHome();
    for (const { run, messages } of RECORDINGS) await restoreRecording(home.bus, run, messages);
  }, START_MS_MAX + RESTORED_MS_MAX);
  afterAll(() => home.close());

  it.each(RECORDINGS)('is known of $file as far as its broker tells it', async ({ run }) => {
    const { config } = await manifestOrFail(home.bus, run);
    const { costs, fillCosts } = await readHistory(home.bus, run);
    expect(fillCosts.length).toBeGreaterThan(0);
    if (config.broker !== null) {
      expect(costs).toMatchObject({ fills: 0, notKnown: { fills: fillCosts.length } });
      return;
    }
    expect(costs.notKnown).toEqual({ fills: 0, fees: 0, why: [] });
    for (const { fill, at, parts } of fillCosts) {
      const sign = fill.side === 'buy' ? -1 : 1;
      const paid = Object.values<number>({ ...parts }).reduce((sum, part) => sum + part, 0);
      expect(sign * notional(at ?? fill.price, fill.quantity) - paid).toBe(sign * notional(fill.price, fill.quantity) - fill.fee);
    }
  });
});
