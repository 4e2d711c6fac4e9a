import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { RunReport } from '@aitrader/application-backtest';
import { wallClock } from '@aitrader/runtime-configuration';
import { commandUnderTest, processesOf, type CommandUnderTest } from './testing/command-under-test.ts';
import { SimulatedAlpacaDay } from './testing/simulated-alpaca-day.ts';
import { SimulatedAlpaca } from './testing/simulated-alpaca.ts';

const RUN_MS_MAX = 180_000;
const SPEED = 20;
/** A little before the end of a trading date. */
const SHOWS = '2024-07-02T19:54:00-04:00';
const SYMBOLS = ['AAA', 'BBB'];

interface Listed {
  readonly run: string;
  readonly from: string;
}

/** Where a market is followed, and what a command is told to trade there. */
interface Place {
  readonly environment: Readonly<Record<string, string>>;
  readonly broker: readonly string[];
  readonly end: () => Promise<void>;
}

async function vendorAlone(): Promise<Place> {
  const setting = JSON.stringify({ shows: SHOWS, at: Date.now(), speed: SPEED });
  const vendor = await SimulatedAlpaca.start(SYMBOLS, wallClock({ AITRADER_CLOCK: setting }));
  return { environment: { ...vendor.environment, AITRADER_CLOCK: setting }, broker: [], end: () => vendor.stop() };
}

async function withItsBroker(): Promise<Place> {
  const day = await SimulatedAlpacaDay.begin({ symbols: SYMBOLS, shows: SHOWS, speed: SPEED });
  return { environment: day.environment, broker: ['--broker', 'alpaca'], end: () => day.end() };
}

describe.each([
  ['with the simulated broker', vendorAlone],
  ["with the vendor's own broker", withItsBroker],
])('a market that is followed over the end of its date, %s', (_, begin) => {
  let place: Place;
  let aitrader: CommandUnderTest;
  let runs: readonly string[];
  let reports: readonly RunReport[];

  beforeAll(async () => {
    place = await begin();
    aitrader = await commandUnderTest(place.environment);
    const market = ['--vendor', 'alpaca', '--symbols', SYMBOLS.join(','), '--history', '0'];
    const paper = aitrader.start('paper', ...market, ...place.broker, '--json');
    const first = await otherThan('', paper.finished);
    const second = await otherThan(first, paper.finished);
    runs = [first, second];
    while (!(await hasOpened(second))) await sleep(300);
    paper.child.kill('SIGINT');
    const { code, stdout, stderr } = await paper.finished;
    expect([code, /error: .*/.exec(stderr)?.[0]]).toEqual([0, undefined]);
    reports = stdout
      .split(/(?<=^\})\n/m)
      .filter((text) => text !== '')
      .map((text) => JSON.parse(text) as RunReport);
  }, RUN_MS_MAX);
  afterAll(async () => {
    await place.end();
    aitrader.cleanUp();
  });

  /** The run that goes on, once it is another one. */
  async function otherThan(before: string, over: Promise<unknown>): Promise<string> {
    let isOver = false;
    void over.then(() => (isOver = true));
    for (;;) {
      const run = processesOf(aitrader.home)?.run;
      if (run !== undefined && run !== before) return run;
      if (isOver) throw new Error(`the command ended with ${before}`);
      await sleep(50);
    }
  }

  const hasOpened = async (run: string): Promise<boolean> => {
    const listed = await aitrader.json<readonly Listed[]>('runs');
    return listed.some((each) => each.run === run && each.from.startsWith('2024-07-03'));
  };

  it('goes over to a recording of its own, which begins with what the one before left', async () => {
    expect(reports.map(({ run }) => run)).toEqual(runs);
    expect(reports[1]?.equity.start).toBe(reports[0]?.equity.end);
    const [first, second] = runs;
    expect(await aitrader.json('verify', first ?? '')).toMatchObject({ verified: true, follows: null });
    expect(await aitrader.json('verify', second ?? '')).toMatchObject({ verified: true, follows: { run: first, isHere: true } });
  });
});
