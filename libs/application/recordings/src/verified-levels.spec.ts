import { describe, expect, it } from '@jest/globals';
import { encodeInterval, stagesOf } from '@aitrader/application-pipeline';
import { decodeControl, encodeControl, subjectOf, type Fact } from '@aitrader/contracts';
import { LIVE_SHAPE, newDataWatch, noteClock, noteSaid, watchMinute } from '@aitrader/core-market';
import { newYorkInstant } from '@aitrader/core-sessions';
import { epochMs, item, runId, ticker, type Control, type DataLevel, type Manifest } from '@aitrader/model';
import type { LoggedMessage } from '@aitrader/runtime-bus';
import { SIMULATED_DEFAULTS } from '@aitrader/runtime-configuration';
import { newInterval, newPipeline } from '@aitrader/runtime-engine';
import { Verifier, type Difference } from './verification.ts';

const MINUTE = 60_000;
const FIRST = newYorkInstant('2024-07-02', 10 * 60) + MINUTE;
const MINUTES = 12;
/** the minute that nobody listened to */
const LOST = 6;
const SYMBOL = ticker('AAA');
const RUN = runId('paper-levels');
const CONTROL = subjectOf(RUN, 'control');
const MANIFEST: Manifest = {
  run: RUN,
  ...{
    follows: null,
    kind: 'paper',
    createdAt: epochMs(FIRST),
    codeVersion: '0',
    codeHash: '',
    codeCommit: '',
    nodeVersion: 'v0',
  },
  ...{ shards: 1, timeframe: '1m', universe: [SYMBOL], config: SIMULATED_DEFAULTS, configHash: '' },
  sources: [{ name: 'one/feed', sha256: '', shape: LIVE_SHAPE, adjustment: 'raw' }],
  from: epochMs(FIRST),
  to: epochMs(FIRST + (MINUTES - 1) * MINUTE),
};

/** A recording of a live market in its order, with what was said of the data forged as it is recorded. */
function recordingWith(forge: (said: Control, minute: number) => Control): readonly LoggedMessage[] {
  const interval = newInterval(1, '1m');
  const { pass } = newPipeline(stagesOf(MANIFEST.config), 1);
  const watch = newDataWatch(
    {
      symbols: [SYMBOL],
      ...{ primary: 'one/feed', lastResorts: [], lateMsMax: { 'one/feed': 10_000 }, cleanMinutes: 3, staleShareMax: 0.25 },
    },
    2_000,
    { vendors: [], apartMax: 0.01, agreeMinutes: 3, apartShareMax: 0.25 },
  );
  const messages: LoggedMessage[] = [];
  const record = (fact: Fact, shard: number, payload: string | Uint8Array): void => {
    const subject = shard < 0 ? subjectOf(RUN, fact) : subjectOf(RUN, fact, shard);
    messages.push({ seq: messages.length + 2, subject, data: Buffer.from(payload) });
  };
  for (let minute = 0; minute < MINUTES; minute++) {
    const slice = item(interval.bars, 0);
    const t = epochMs(FIRST + minute * MINUTE);
    Object.assign(slice, { t, knownAt: t + 1_500, feed: 'one/feed', absent: minute === LOST ? 'disconnected' : 'no-trade' });
    slice.count = minute === LOST ? 0 : 1;
    slice.symbols[0] = SYMBOL;
    for (const column of [slice.open, slice.high, slice.low, slice.close]) column[0] = 100;
    slice.volume[0] = 1_000;
    noteClock(watch.clock, { at: t, low: -500, high: 500 });
    const said = watchMinute(watch, interval.bars, t + 1_500);
    if (said !== undefined) noteSaid(watch, said);
    const recorded = said === undefined ? [] : [forge(said, minute)];
    for (const command of recorded) record('control', -1, encodeControl(command));
    interval.t = t;
    interval.control = recorded;
    interval.shardControl[0] = recorded;
    pass(interval);
    for (const { fact, shard, payload } of encodeInterval(interval)) record(fact, shard, payload);
  }
  return messages;
}

function differenceIn(recording: readonly LoggedMessage[], manifest = MANIFEST): Difference | undefined {
  const verifier = new Verifier(manifest);
  for (const message of recording) verifier.offer(message);
  verifier.finish();
  expect(verifier.intervals).toBe(MINUTES);
  return verifier.difference;
}
const levelled =
  (change: Partial<DataLevel>, at: number) =>
  (said: Control, minute: number): Control =>
    minute === at ? { ...said, data: [{ ...item(said.data, 0), ...change }] } : said;

describe('the levels of a live recording', () => {
  it('verify as they were said', () => {
    expect(differenceIn(recordingWith((said) => said))).toBeUndefined();
  });

  it('do not when entries are let pass that nobody listened for, though all that the stages made of it is right', () => {
    const recording = recordingWith(levelled({ level: 0 }, LOST));
    const forged = recording.findIndex(({ subject, data }) => {
      const [level] = subject === CONTROL ? decodeControl(data).data : [];
      return level?.level === 0 && level.causes.includes('disconnected');
    });
    expect(forged).toBeGreaterThan(0);
    const difference = differenceIn(recording);
    expect(difference).toMatchObject({ seq: item(recording, forged).seq, subject: CONTROL });
    expect(difference?.problem).toContain('is said to be D0, which does not follow');
  });

  it('do not when a cause is not what the bars say', () => {
    expect(differenceIn(recordingWith(levelled({ causes: [] }, LOST)))?.problem).toContain('its slices make "disconnected"');
  });

  it('are not asked for of bars that are played', () => {
    const sources = [{ name: 'a file', sha256: '', shape: 'csv', adjustment: 'raw' }] as const;
    expect(differenceIn(recordingWith(levelled({ level: 0 }, LOST)), { ...MANIFEST, sources })).toBeUndefined();
  });
});
