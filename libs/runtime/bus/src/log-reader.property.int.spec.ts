import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { subjectOf, type Fact } from '@aitrader/contracts';
import { epochMs, type RunId } from '@aitrader/model';
import { openBus, type Bus } from './connection.ts';
import { readLog, type LogMessage } from './log-reader.ts';
import { FencedPublisher } from './publisher.ts';
import { accessOf } from './server/index.ts';
import { openTestBus, START_MS_MAX, type BusUnderTest } from '../test/bus-under-test.ts';
import { ShakyLine } from '../test/shaky-line.ts';

const PLAYS_MS_MAX = 280_000;
/** A reading that has not come up to the end by then has stopped. */
const CATCH_UP_MS_MAX = 20_000;

/** Intervals are written over a line that may break after so many bytes, or be mute for so long; then it is waited, about as long as a new line takes. */
const steps = fc.array(
  fc.record({
    intervals: fc.integer({ min: 1, max: 200 }),
    breakAfter: fc.option(fc.integer({ min: 1, max: 30_000 })),
    muteMs: fc.option(fc.integer({ min: 1, max: 1_200 }), { freq: 5 }),
    waitMs: fc.integer({ min: 0, max: 400 }),
  }),
  { minLength: 6, maxLength: 12 },
);

describe('a reading of a recording that grows, over a line that breaks anywhere', () => {
  const facts: readonly Fact[] = ['order-events', 'fills'];
  let test: BusUnderTest;
  let bus: Bus;

  beforeAll(async () => {
    test = await openTestBus();
    ({ bus } = test);
  }, START_MS_MAX);
  afterAll(() => test.close());

  interface Writer {
    readonly write: (intervals: number) => void;
    readonly stored: () => number;
    readonly failures: readonly Error[];
  }
  async function writerOf(run: RunId): Promise<Writer> {
    const failures: Error[] = [];
    let [stored, t] = [0, 0];
    const publisher = new FencedPublisher(bus, run, 'execution', {
      failed: (error) => failures.push(error),
      stored: () => (stored += 1),
    });
    for (const fact of facts) await publisher.own(fact, -1);
    const write = (intervals: number): void => {
      for (let n = 0; n < intervals; n++) {
        t += 1;
        const at = { shard: -1, t: epochMs(t) };
        publisher.publish([
          { fact: 'fills', ...at, payload: `{"t":${t},"fills":[]}` },
          { fact: 'order-events', ...at, payload: `{"t":${t},"fills":0,"events":[]}` },
        ]);
      }
      publisher.flush();
    };
    return { write, stored: () => stored, failures };
  }

  it(
    'hears every message once, in its place, whatever broke',
    async () => {
      const seen = { breaks: 0, messages: 0, askedAgain: 0 };
      await fc.assert(
        fc.asyncProperty(steps, fc.nat({ max: 600 }), async (play, before) => {
          const run = await test.newRun();
          const writer = await writerOf(run);
          writer.write(before);
          const line = await ShakyLine.to(Number(new URL(test.server.url).port));
          const reader = await openBus({ ...accessOf(test.server, 'supervisor'), url: line.url }, 'log reader test, shaky');
          const heard: LogMessage[] = [];
          const errors: Error[] = [];
          const reading = await readLog(reader, {
            run,
            subjects: facts.map((fact) => subjectOf(run, fact)),
            from: 1,
            onMessage: (message) => heard.push(message),
            onError: (error) => errors.push(error),
          });
          for (const { intervals, breakAfter, muteMs, waitMs } of play) {
            if (breakAfter !== null) line.breakAfter(breakAfter);
            if (muteMs !== null) line.hold();
            writer.write(intervals);
            await sleep(muteMs ?? 0);
            line.letGo();
            await sleep(waitMs);
          }
          writer.write(1);
          const written = 2 * (before + 1 + play.reduce((sum, { intervals }) => sum + intervals, 0));
          for (const until = Date.now() + CATCH_UP_MS_MAX; heard.length < written && Date.now() < until;) await sleep(20);
          await sleep(50);
          await reading.stop();
          await reader.nc.close();
          await line.close();
          seen.breaks += line.breaks;
          seen.messages += heard.length;
          seen.askedAgain += reading.askedAgain;
          expect([...errors, ...writer.failures]).toEqual([]);
          expect(heard.map(({ seq }) => seq)).toEqual(Array.from({ length: written }, (_, i) => i + 1));
          expect(heard.map(textOf)).toEqual(Array.from({ length: written }, (_, i) => textAt(run, i)));
        }),
        { numRuns: 4, endOnFailure: true },
      );
      // or nothing was put to the test
      expect(seen.breaks).toBeGreaterThan(1);
      expect(seen.messages).toBeGreaterThan(1_000);
      expect(seen.askedAgain).toBeGreaterThan(1);
    },
    PLAYS_MS_MAX,
  );

  it('asks for nothing again that comes', async () => {
    const run = await test.newRun();
    const writer = await writerOf(run);
    writer.write(700);
    const errors: Error[] = [];
    let heard = 0;
    const reading = await readLog(bus, {
      run,
      subjects: facts.map((fact) => subjectOf(run, fact)),
      from: 1,
      onMessage: () => (heard += 1),
      onError: (error) => errors.push(error),
    });
    // told in rows, which are longer than what the server tells at a time
    for (let row = 0; row < 10; row++) {
      writer.write(70);
      while (heard < 2 * (700 + 70 * (row + 1))) await sleep(5);
    }
    await reading.stop();
    expect([errors, reading.askedAgain]).toEqual([[], 0]);
  });

  const textOf = ({ subject, data }: LogMessage): string => `${subject} ${Buffer.from(data).toString()}`;
  function textAt(run: RunId, i: number): string {
    const t = Math.floor(i / 2) + 1;
    const isFills = i % 2 === 0;
    return `${subjectOf(run, isFills ? 'fills' : 'order-events')} {"t":${t},"fills":${isFills ? '[]}' : '0,"events":[]}'}`;
  }
});
