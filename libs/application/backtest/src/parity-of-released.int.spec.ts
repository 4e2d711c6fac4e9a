/**
 * Recordings of every released program beside their replays: what today's program decides otherwise is laid to it, and comes to the difference
 * of the equities, to the unit.
 */
import { readdirSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { parityOf } from '@aitrader/application-parity';
import { runId } from '@aitrader/model';
import { openTestHome, START_MS_MAX } from '../../../../tools/testing/home-under-test.ts';
import { keptMessages, restoreRecording } from '../testing/golden-recording.ts';

const FOLDER = path.resolve(import.meta.dirname, '../golden');
const FILES = readdirSync(FOLDER).filter((file) => file.endsWith('.jsonl.gz'));
/** A recording is published message by message, and replayed. */
const REPLAYED_MS_MAX = 120_000;

describe('the parity of a recording that an earlier program wrote', () => {
  let home: Awaited<ReturnType<typeof openTestHome>>;
  beforeAll(async () => {
    home = await openTestHome();
  }, START_MS_MAX);
  afterAll(() => home.close());

  it.each(FILES)(
    'of %s adds up, with nothing left that is not explained',
    async (file) => {
      const messages = keptMessages(path.join(FOLDER, file));
      const run = runId(messages[0]?.subject.split('.')[1] ?? '');
      await restoreRecording(home.bus, run, messages);
      const parity = await parityOf(home.bus, { run });
      expect(parity.isOtherCode).toBe(true);
      expect(parity.intervals).toBeGreaterThan(0);
      expect(parity.lines.reduce((sum, { costMicros }) => sum + costMicros, 0)).toBe(parity.differenceMicros);
      expect(parity.bins.find(({ bin }) => bin === 'unexplained')?.lines).toBe(0);
      expect(parity.differenceMicros / 1e6).toBeCloseTo(parity.equity.recorded - parity.equity.replayed, 5);
    },
    REPLAYED_MS_MAX,
  );
});
