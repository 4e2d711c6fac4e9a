/**
 * A day at a simulated Alpaca, by the real command with its five services, which loses its whole machine in the middle of trading:
 * 1. Orders are entered, and left by their target, their stop, or when their time is over.
 * 2. What filled while nothing of ours ran is found, nothing is entered twice, and minutes that were missed are fetched and marked.
 * 3. The recording verifies, its fills are the exchange's trades, and the account agrees with it, to the cent.
 * 4. Keys are named by files that are mounted. With real money a run states its limits, and is armed by its name alone, once it is ready. Keys of another account open nothing, and are nowhere.
 */
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { RunReport } from '@aitrader/application-backtest';
import { commandRun, withHome } from '@aitrader/application-supervision';
import {
  addressOf,
  decodeBars,
  decodeControl,
  decodeDenials,
  decodeFills,
  decodeOrders,
  decodeReports,
} from '@aitrader/contracts';
import {
  BAR_FLAG,
  item,
  manualSignalId,
  newBarSlice,
  priceFromDollars,
  quantityFromShares,
  readUint32,
  runId,
  sharesOf,
  dollarsOf,
  notional,
  ticker,
  type BarSlice,
  type BrokerWord,
  type Control,
  type Denial,
  type Fill,
  type Order,
} from '@aitrader/model';
import { readMessages } from '@aitrader/runtime-bus';
import { ALPACA_KEY_VARIABLES, ALPACA_PAPER, SIMULATED_DEFAULTS } from '@aitrader/runtime-configuration';
import { commandUnderTest, processesOf, type CommandUnderTest, type Running } from './testing/command-under-test.ts';
import { approveLimits, untilDone, untilReady, writeCleanDays } from './testing/made-ready.ts';
import { SimulatedAlpacaDay } from './testing/simulated-alpaca-day.ts';

const RUN_MS_MAX = 100_000;
/** A run is ready in the seconds after a minute, and those are short at this speed. */
const ARMED_MS_MAX = 240_000;
const MINUTE_MS = 60_000;
const SYMBOLS = ['AAA', 'BBB', 'CCC', 'DDD', 'EEE', 'FFF', 'GGG', 'HHH', 'III', 'JJJ', 'KKK', 'LLL'];
const SHOWS = '2024-07-02T10:20:00-04:00';
const SPEED = 30;
const SHARES = 20;
/** Minutes after the orders were asked for: what is left soon is by SOON, then everything is killed, and is gone on with by BACK. */
const [ENTERED, SOON, BACK, TIME_OVER] = [3, 9, 13, 19];
const MARGIN = 0.03;

type Way = 'wins' | 'loses' | 'wins-meanwhile' | 'times-out';

describe('a day at Alpaca', () => {
  let day: SimulatedAlpacaDay;
  let aitrader: CommandUnderTest;
  /** with the keys, as a container has them mounted */
  let folder = '';
  let run = '';
  let report: RunReport;
  let first: Running | undefined;
  /** the minute in which the orders were asked for */
  let asked = 0;
  /** and those in which everything was killed and gone on with */
  let [killedIn, backIn] = [0, 0];
  /** what was asked for, by the id of the signal that it is */
  const ways = new Map<string, Way>();
  let recorded: Recorded;

  beforeAll(async () => {
    day = await SimulatedAlpacaDay.begin({ symbols: SYMBOLS, shows: SHOWS, speed: SPEED });
    // a machine that is busy is as late by this clock as by its speed
    folder = mkdtempSync(path.join(tmpdir(), 'aitrader-mounted-'));
    aitrader = await commandUnderTest({
      ...day.environment,
      ...mounted(day.environment),
      AITRADER_GATEWAY_AGE_MS: String(2_000 * SPEED),
    });
    await live();
  }, RUN_MS_MAX);
  afterAll(async () => {
    await day.end();
    aitrader.cleanUp();
    rmSync(folder, { recursive: true, force: true });
  });

  /** The keys in files, and the variables that name these. */
  function mounted(environment: Readonly<Record<string, string>>): Record<string, string> {
    return Object.fromEntries(
      ALPACA_KEY_VARIABLES.map((name) => {
        writeFileSync(path.join(folder, name), `${environment[name]}\n`);
        return [name, `file:${path.join(folder, name)}`];
      }),
    );
  }

  async function live(): Promise<void> {
    const market = ['--vendor', 'alpaca', '--symbols', SYMBOLS.join(','), '--history', '0'];
    first = aitrader.start('paper', '--broker', 'alpaca', ...market, '--json');
    await until(first, () => (run = processesOf(aitrader.home)?.run ?? '') !== '');
    await until(first, () => day.vendor.connections > 0);
    await until(first, () => maySay(/"dataLevel":"D[01]"/));
    asked = day.minute;
    await ask();
    await until(first, () => day.minute > asked + SOON);
    killedIn = day.minute;
    await killAll(first);
    await until(undefined, () => day.minute > asked + BACK);
    backIn = day.minute;
    const second = aitrader.start('paper', '--continue', run, '--json');
    await until(second, () => day.minute > asked + TIME_OVER + 2);
    await until(second, async () => (await day.exchange.account()).open === 0);
    const last = day.minute;
    await until(second, () => day.minute > last);
    second.child.kill('SIGINT');
    const { code, stdout, stderr } = await second.finished;
    expect([code, stderr.includes('error:') ? stderr : '']).toEqual([0, '']);
    report = JSON.parse(stdout) as RunReport;
    recorded = await readRun();
  }

  /** Whether ingest's log says something of the data. */
  const maySay = (what: RegExp): boolean => what.test(readFileSync(path.join(aitrader.home, 'logs', run, 'ingest.log'), 'utf8'));

  /** Asks for an order of each way, in the symbols whose prices go that way. */
  async function ask(): Promise<void> {
    const now = (symbol: string): number => day.vendor.truth(symbol, asked - 1)?.c ?? NaN;
    const highest = (symbol: string, from: number, to: number): number =>
      Math.max(...minutes(from, to).map((minute) => day.vendor.truth(symbol, minute)?.h ?? 0));
    const lowest = (symbol: string, from: number, to: number): number =>
      Math.min(...minutes(from, to).map((minute) => day.vendor.truth(symbol, minute)?.l ?? Infinity));
    const trades = (symbol: string): boolean => minutes(-1, ENTERED - 1).every((minute) => day.vendor.truth(symbol, minute));
    const free = new Set(SYMBOLS.filter(trades));
    const best = (figure: (symbol: string) => number): string => {
      const [symbol = ''] = [...free].sort((a, b) => figure(b) - figure(a));
      expect(figure(symbol)).toBeGreaterThan(3 * MARGIN);
      free.delete(symbol);
      return symbol;
    };
    const rise = (symbol: string): number => highest(symbol, ENTERED, SOON - 1) - now(symbol);
    const fall = (symbol: string): number => now(symbol) - lowest(symbol, ENTERED, SOON - 1);
    const riseMeanwhile = (symbol: string): number =>
      highest(symbol, SOON + 2, BACK - 1) - Math.max(now(symbol) + 0.15, highest(symbol, 0, SOON + 1));
    const meanwhile = best(riseMeanwhile);
    const [wins, loses] = [best(rise), best(fall)];
    const timesOut = item([...free], 0);
    await order('wins', wins, now(wins) - 5, highest(wins, ENTERED, SOON - 1) - MARGIN);
    await order('loses', loses, lowest(loses, ENTERED, SOON - 1) + MARGIN, now(loses) + 5);
    await order('wins-meanwhile', meanwhile, now(meanwhile) - 5, highest(meanwhile, SOON + 2, BACK - 1) - MARGIN);
    await order('times-out', timesOut, now(timesOut) - 5, now(timesOut) + 5, TIME_OVER - 1);
  }
  const minutes = (from: number, to: number): number[] => Array.from({ length: to - from + 1 }, (_, i) => asked + from + i);

  async function order(way: Way, name: string, stop: number, target: number, lasts = 120): Promise<void> {
    const { control } = await inHome((open) =>
      commandRun(open, run, {
        kind: 'order',
        actor: 'test',
        reason: way,
        order: {
          symbol: ticker(name),
          side: 'buy',
          quantity: quantityFromShares(SHARES),
          stop: priceFromDollars(stop),
          target: priceFromDollars(target),
          minutes: lasts,
        },
      }),
    );
    ways.set(manualSignalId(item(control.manual, 0)), way);
  }

  function inHome<T>(work: Parameters<typeof withHome<T>>[1]): Promise<T> {
    process.env['AITRADER_HOME'] = aitrader.home;
    return withHome({ onProgress: () => undefined }, work);
  }

  async function until(running: Running | undefined, met: () => boolean | Promise<boolean>): Promise<void> {
    let isOver = false;
    void running?.finished.then(() => (isOver = true));
    while (!(await met())) {
      if (isOver) throw new Error(`the run ended: ${(await running?.finished)?.stderr ?? ''}`);
      await sleep(20);
    }
  }

  /** What a power cut does to the command, its services and its nats-server. */
  async function killAll({ child, finished }: Running): Promise<void> {
    const services = Object.values(processesOf(aitrader.home)?.pids ?? {});
    const server = path.join(aitrader.home, 'nats', 'server.json');
    expect(existsSync(server)).toBe(true);
    const { pid } = JSON.parse(readFileSync(server, 'utf8')) as { readonly pid: number };
    expect(services).toHaveLength(5);
    for (const one of [child.pid, ...services, pid]) if (typeof one === 'number') process.kill(one, 'SIGKILL');
    await finished;
  }

  interface Recorded {
    readonly slices: readonly BarSlice[];
    readonly levels: readonly Control[];
    readonly orders: readonly Order[];
    readonly denials: readonly Denial[];
    readonly fills: readonly Fill[];
    readonly words: readonly BrokerWord[];
  }
  function readRun(): Promise<Recorded> {
    const [slices, levels, orders, denials]: [BarSlice[], Control[], Order[], Denial[]] = [[], [], [], []];
    const [fills, words]: [Fill[], BrokerWord[]] = [[], []];
    return inHome(async ({ bus }) => {
      await readMessages(bus, runId(run), ({ subject, data }) => {
        const { fact } = addressOf(subject);
        if (fact === 'bars') {
          const slice = newBarSlice(0, '1m', SYMBOLS.length);
          decodeBars(data, slice);
          slices.push(slice);
        } else if (fact === 'control') levels.push(...[decodeControl(data)].filter(({ kind }) => kind === 'data-level'));
        else if (fact === 'orders') orders.push(...decodeOrders(data).orders);
        else if (fact === 'denials') denials.push(...decodeDenials(data).denials);
        else if (fact === 'fills') fills.push(...decodeFills(data).fills);
        else if (fact === 'reports') words.push(...decodeReports(data).words);
      });
      return { slices, levels, orders, denials, fills, words };
    });
  }

  const placeOf = ({ t }: { readonly t: number }): number => t / MINUTE_MS - 1;
  const fillsOf = (way: Way): readonly Fill[] => {
    const ordered = recorded.orders.filter(({ signalId }) => ways.get(signalId) === way).map(({ id }) => id);
    const denied = recorded.denials.filter(({ signalId }) => ways.get(signalId) === way);
    expect([way, denied, ordered.length]).toEqual([way, [], 1]);
    return recorded.fills.filter(({ orderId }) => ordered.includes(orderId));
  };
  const sharesBy = (fills: readonly Fill[], ...legs: readonly string[]): number =>
    fills.filter(({ leg }) => legs.includes(leg)).reduce((sum, { quantity }) => sum + sharesOf(quantity), 0);

  it('1. enters orders, and leaves them by target, stop and time', () => {
    for (const [way, leg] of [
      ['wins', 'target'],
      ['loses', 'stop'],
      ['wins-meanwhile', 'target'],
      ['times-out', 'time'],
    ] as const) {
      const fills = fillsOf(way);
      expect([way, sharesBy(fills, 'entry'), sharesBy(fills, leg)]).toEqual([way, SHARES, SHARES]);
    }
    for (const way of ['wins', 'loses'] as const) for (const { t } of fillsOf(way)) expect(t).toBeLessThan(killedIn * MINUTE_MS);
  });

  it('2. finds what filled meanwhile, enters nothing twice, and marks the minutes that it missed', async () => {
    const meanwhile = fillsOf('wins-meanwhile').filter(({ leg }) => leg === 'target');
    for (const { t } of meanwhile) {
      expect(t).toBeGreaterThan(killedIn * MINUTE_MS);
      expect(t).toBeLessThanOrEqual(backIn * MINUTE_MS);
    }
    const ids = await day.exchange.clientOrderIds();
    for (const { id } of recorded.orders) expect([id, ids.filter((one) => one.includes(`${id}.entry.`)).length]).toEqual([id, 1]);
    const closes = recorded.slices.map(({ t }) => t);
    closes.forEach((t, i) => expect(t).toBe(item(closes, 0) + i * MINUTE_MS));
    const missed = recorded.slices.filter((slice) => placeOf(slice) > killedIn && placeOf(slice) < backIn - 1);
    expect(missed.length).toBeGreaterThanOrEqual(BACK - SOON - 3);
    for (const slice of missed) {
      expect(slice.count).toBeGreaterThan(0);
      for (let i = 0; i < slice.count; i++) expect(readUint32(slice.flags, i) & BAR_FLAG.BACKFILLED).not.toBe(0);
      expect(recorded.levels.findLast(({ t }) => t < slice.t)?.data[0]?.level).toBeGreaterThanOrEqual(3);
    }
  });

  it('2. hears how the account stands before the first order, and once more after the machine came back', () => {
    const first = recorded.words.findIndex(({ kind }) => kind !== 'account');
    expect(first).toBeGreaterThan(0);
    expect(recorded.words.filter((word) => word.kind === 'account' && word.word === 'start').length).toBe(2);
  });

  it('3. verifies, has the trades of the exchange and its account, and decides as a replay does', async () => {
    expect(await aitrader.json('verify', run)).toMatchObject({ verified: true });
    const told = recorded.fills.map(({ id, quantity, price, side }) => `${id} ${side} ${quantity} @ ${price}`);
    const trades = (await day.exchange.trades()).map(({ id, quantity, price, side }) => `${id} ${side} ${quantity} @ ${price}`);
    expect(trades.length).toBeGreaterThanOrEqual(8);
    expect(told.sort()).toEqual(trades.sort());
    const flow = recorded.fills.reduce(
      (sum, { side, price, quantity, fee }) =>
        sum + (side === 'buy' ? -1 : 1) * dollarsOf(notional(price, quantity)) - dollarsOf(fee),
      0,
    );
    const { cash, positions } = await day.exchange.account();
    expect(Number(cash)).toBeCloseTo(100_000 + flow, 2);
    expect(positions).toEqual({});
    const reconciled = await aitrader.json<{ readonly differences: readonly unknown[] }>(
      'reconcile',
      run,
      '--broker-url',
      day.exchange.url,
    );
    expect(reconciled.differences).toEqual([]);
    const replayed = await aitrader.json('replay', run);
    for (const part of ['states', 'signals'] as const) expect([part, replayed.digest[part]]).toEqual([part, report.digest[part]]);
  });

  const LIVE = [
    'paper',
    '--broker',
    'alpaca',
    '--broker-account',
    'live',
    '--vendor',
    'alpaca',
    '--symbols',
    'AAA',
    '--history',
    '0',
  ];

  it('4. does not begin with real money while a limit is left to a default', async () => {
    const { code, stderr } = await aitrader.run(...LIVE);
    expect(code).not.toBe(0);
    expect(stderr).toMatch(/not stated: risk, broker/);
  });

  it(
    '4. is armed by its name, on its date, once the account was shown',
    async () => {
      const { risk } = SIMULATED_DEFAULTS;
      writeFileSync(path.join(aitrader.folder, 'live.json'), JSON.stringify({ risk, broker: ALPACA_PAPER }));
      const running = aitrader.start(...LIVE, '--config', 'live.json', '--json');
      // the file is written anew now and then, and nothing can be read of it in that moment
      let live = '';
      await until(running, () => (live = processesOf(aitrader.home)?.run ?? '') !== '');
      expect(live).toMatch(/^live-/);
      const log = path.join(aitrader.home, 'logs', live, 'ingest.log');
      await until(running, () => existsSync(log) && readFileSync(log, 'utf8').includes('"message":"connected"'));
      const arm = ['control', live, 'arm', '--reason', 'the rehearsal'];
      const early = await aitrader.run(...arm, '--yes', live);
      expect(early.code).toBe(1);
      expect(early.stderr).toContain('NOT MET  paper-days: 0, limit 20');
      expect(early.stderr).toContain('NOT MET  limits: ');
      expect(early.stderr).toContain('NOT MET  kill-switch: not known, limit 10000');
      writeCleanDays(aitrader.home, '2024-07-02', 20);
      expect(await approveLimits(aitrader, live, early.stderr)).toMatchObject({ code: 0 });
      expect(await untilReady(aitrader, live)).toMatchObject({ isPreOpenMet: true, armed: null, date: '2024-07-02' });
      const other = await aitrader.run(...arm, '--yes', run);
      expect([other.code, other.stderr]).toEqual([1, expect.stringMatching(/nothing was armed|NOT MET/)]);
      const { code, stdout, stderr } = await untilDone(aitrader, ...arm, '--yes', live, '--json');
      expect([code, code === 0 ? '' : stderr]).toEqual([0, '']);
      const armed = await aitrader.run('readiness', live, '--json');
      expect(JSON.parse(armed.stdout)).toMatchObject({ armed: { date: '2024-07-02', reason: 'the rehearsal' } });
      const again = await aitrader.run('readiness', live, '--gate');
      expect([again.code, again.stderr]).toEqual([1, expect.stringContaining('testing its kill switch would disarm it')]);
      expect(stderr).toMatch(/REAL MONEY on 2024-07-02, in the account that ends in [A-Z0-9]{4}\n/);
      expect(stderr).toMatch(/cash [\d.]+, equity [\d.]+ dollars/);
      expect(JSON.parse(stdout)).toMatchObject({ control: { kind: 'arm', about: '2024-07-02' } });
      running.child.kill('SIGINT');
      const ended = await running.finished;
      expect([ended.code, ended.code === 0 ? '' : ended.stderr]).toEqual([0, '']);
      expect(await aitrader.json('verify', live)).toMatchObject({ verified: true });
      const paper = await aitrader.run('control', run, 'arm', '--reason', 'no need', '--yes', run);
      expect([paper.code, paper.stderr]).toEqual([1, expect.stringContaining('trades with no real money')]);
    },
    ARMED_MS_MAX,
  );

  it('4. ends before anything is started when the keys are of another account, and names none of them', async () => {
    const secret = 'keys-of-another-account';
    const begin = ['paper', '--broker', 'alpaca', '--vendor', 'alpaca', '--symbols', 'AAA', '--history', '0'];
    const { code, stderr } = await aitrader.runWith({ APCA_API_SECRET_KEY: secret }, ...begin);
    expect([code, stderr.includes(secret)]).toEqual([1, false]);
    expect(stderr).toContain('the paper account at alpaca does not accept the keys: see APCA_API_KEY_ID and APCA_API_SECRET_KEY');
  });

  it('4. leaves no key anywhere: not in logs, recordings or what is kept beside them', () => {
    const secret = day.environment['APCA_API_SECRET_KEY'] ?? '';
    expect(day.vendor.heardKeys).toEqual(new Set([secret]));
    const entries = readdirSync(aitrader.home, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
    expect(entries.length).toBeGreaterThan(10);
    const holding = entries.filter(({ parentPath, name }) => readFileSync(path.join(parentPath, name)).includes(secret));
    expect(holding.map(({ name }) => name)).toEqual([]);
  });
});
