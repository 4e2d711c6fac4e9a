/**
 * Orders at work with the simulated broker are called off, and what is held is closed, when an operator commands it: while the run goes on,
 * with execution killed right after, and while nobody runs it.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { decodeFills, decodeOrderEvents } from '@aitrader/contracts';
import { withHome, type RecordedCommand } from '@aitrader/application-supervision';
import { sampleMarket } from '@aitrader/core-market';
import { newYorkInstant } from '@aitrader/core-sessions';
import { read, runId, ticker, type Fill, type OrderEvent } from '@aitrader/model';
import { readRecording } from '@aitrader/runtime-bus';
import { commandUnderTest, processesOf, type CommandUnderTest } from './testing/command-under-test.ts';

const RUN_MS_MAX = 480_000;
/** So thin that entries are at work for an hour. */
const CONFIG = { simulation: { participationMax: 0.00005 } };
/** What is asked for, with stops and targets far away from where it trades. */
const [KEPT, CLOSED] = ['SYN01', 'SYN08'] as const;
const SYMBOLS = [KEPT, CLOSED];
const OPENED = newYorkInstant('2024-07-02', 9 * 60 + 45);
const SAMPLE = sampleMarket();

interface Played {
  /** the last interval, and how many after it are begun and not decided */
  readonly t: number;
  readonly waiting: number;
  readonly fills: readonly Fill[];
  readonly events: readonly OrderEvent[];
}

describe('an operator who calls off and closes', () => {
  let aitrader: CommandUnderTest;
  let config = '';
  let run = '';
  /** what was recorded when nobody ran it, and in the end */
  let stopped: Played;
  let ended: Played;

  beforeAll(async () => {
    aitrader = await commandUnderTest({ AITRADER_CHECKPOINT_SLICES: '50' });
    config = path.join(aitrader.folder, 'config.json');
    await writeFile(config, JSON.stringify(CONFIG));
  });
  afterAll(() => aitrader.cleanUp());

  async function played(run: string): Promise<Played> {
    const all = { t: 0, waiting: 0, fills: [] as Fill[], events: [] as OrderEvent[] };
    process.env['AITRADER_HOME'] = aitrader.home;
    const { unfinished } = await withHome({ onProgress: () => undefined }, ({ bus }) =>
      readRecording(bus, runId(run), {
        onInterval: ({ t, message }) => {
          all.t = t;
          all.events.push(...decodeOrderEvents(message('order-events', -1)?.data ?? new Uint8Array()).events);
          const fills = message('fills', -1);
          if (fills !== undefined) all.fills.push(...decodeFills(fills.data).fills);
        },
      }),
    );
    return { ...all, waiting: unfinished };
  }

  async function until(holds: (played: Played) => boolean): Promise<string> {
    for (;;) {
      const run = processesOf(aitrader.home)?.run;
      const now = run === undefined ? undefined : await played(run).catch(() => undefined);
      if (run !== undefined && now !== undefined && holds(now)) return run;
      await sleep(100);
    }
  }

  /** Of a process that is there: 0 would mean the tests themselves. */
  function pidOf(stage: string): number {
    const pid = processesOf(aitrader.home)?.pids[stage];
    if (pid === undefined || pid === null || pid <= 0) throw new Error(`no ${stage} runs: the run has ended, or not begun`);
    return pid;
  }

  /** Lets no bars come while something is done: the market stands still, however long that takes. */
  async function meanwhile<T>(act: () => Promise<T>): Promise<T> {
    const ingest = pidOf('ingest');
    process.kill(ingest, 'SIGSTOP');
    return await act().finally(() => process.kill(ingest, 'SIGCONT'));
  }

  /** Calls off the one and closes the other, once some of both is held with the rest at work, and kills execution. */
  async function callOffAndClose(): Promise<boolean> {
    let now = await played(run);
    while (now.waiting > 0) now = await played(run);
    const { fills, events } = now;
    if (!SYMBOLS.every((symbol) => heldIn(fills, symbol) > 0 && openIn(events, symbol) > 0)) return false;
    expect(await command('cancel', '--symbols', KEPT)).toMatchObject({ running: true, control: { symbols: [KEPT] } });
    await command('flatten', '--symbols', CLOSED);
    process.kill(pidOf('execution'), 'SIGKILL');
    return true;
  }

  async function ask(): Promise<void> {
    for (const symbol of SYMBOLS) {
      const close = read(SAMPLE.close, SAMPLE.symbol.indexOf(SAMPLE.symbols.indexOf(ticker(symbol))));
      const terms = ['--stop', (close * 0.94).toFixed(2), '--target', (close * 1.2).toFixed(2), '--minutes', '360'];
      await aitrader.json('order', run, 'buy', symbol, '30', ...terms, '--reason', 'to see');
    }
  }

  const command = (...args: string[]): Promise<RecordedCommand> => aitrader.json('control', run, ...args, '--reason', 'news');

  beforeAll(async () => {
    const paper = aitrader.start(
      ...['paper', '--to', '2024-07-02', '--speed', '500', '--shards', '2', '--config', config, '--json'],
    );
    run = await until(({ t }) => t >= OPENED);
    await meanwhile(ask);
    // a few seconds of the market at a time: what is asked for fills in parts, and has to be met between them
    while (!(await meanwhile(callOffAndClose))) await sleep(30);
    await until(({ fills }) => fills.some(({ symbol, leg }) => symbol === CLOSED && leg === 'time'));
    paper.child.kill('SIGINT');
    await paper.finished;
    stopped = await played(run);
    expect(await command('flatten')).toMatchObject({ running: false });
    await aitrader.json('paper', '--continue', run, '--speed', 'max');
    ended = await played(run);
  }, RUN_MS_MAX);

  const toldOf = ({ events }: Played, symbol: string): readonly string[] =>
    events
      .filter((event) => event.symbol === symbol && event.reason !== '' && event.reason !== 'closing')
      .map(({ leg, kind, reason }) => `${leg} ${kind} (${reason})`);

  it('calls off an entry and leaves what it holds protected, until it is told to close it', () => {
    expect(toldOf(stopped, KEPT)).toEqual(['entry canceled (cancel)']);
    expect(heldIn(stopped.fills, KEPT)).toBeGreaterThan(0);
    expect(toldOf(ended, KEPT)).toEqual(['entry canceled (cancel)', 'time submitted (flatten)']);
    expect(heldIn(ended.fills, KEPT)).toBe(0);
  });

  it('closes what is held, with execution killed right after', () => {
    expect(toldOf(ended, CLOSED)).toEqual(['entry canceled (flatten)', 'time submitted (flatten)']);
    expect(heldIn(ended.fills, CLOSED)).toBe(0);
    const heardAt = ended.events.find(({ reason }) => reason === 'flatten')?.t ?? 0;
    expect(ended.fills.filter(({ t, leg }) => t >= heardAt && leg !== 'time')).toEqual([]);
    expect(ended.events.filter(({ t, leg, kind }) => t > heardAt && leg === 'entry' && kind === 'submitted')).toEqual([]);
  });

  it('leaves a recording that verifies, and explains what was closed', async () => {
    expect(await aitrader.json('verify', run)).toMatchObject({ verified: true, unfinished: 0 });
    const fill = ended.fills.find(({ symbol, leg }) => symbol === CLOSED && leg === 'time');
    expect((await aitrader.run('explain', run, fill?.id ?? '')).stdout).toMatch(/time submitted, \d+ open \(flatten\)/);
  });
});

/** What is held in a symbol, as told. */
const heldIn = (fills: readonly Fill[], of: string): number =>
  fills.reduce((held, { symbol, side, quantity }) => held + (symbol !== of ? 0 : side === 'buy' ? quantity : -quantity), 0);

/** What is at work to enter a symbol, as told. */
const openIn = (events: readonly OrderEvent[], of: string): number =>
  events.findLast(({ symbol, leg }) => symbol === of && leg === 'entry')?.remaining ?? 0;
