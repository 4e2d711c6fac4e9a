import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { decodeBars, decodeControl } from '@aitrader/contracts';
import { BAR_FLAG, item, newBarSlice, read, readUint32, runId, type BarSlice, type Control } from '@aitrader/model';
import { withHome } from '@aitrader/application-supervision';
import { readRecording } from '@aitrader/runtime-bus';
import { wallClock } from '@aitrader/runtime-configuration';
import type { RunReport } from '@aitrader/application-backtest';
import { commandUnderTest, processesOf, type CommandUnderTest, type Running } from './testing/command-under-test.ts';
import { SimulatedFinnhub } from './testing/simulated-finnhub.ts';
import { SimulatedAlpaca, type TruthBar } from './testing/simulated-alpaca.ts';

const RUN_MS_MAX = 240_000;
const MINUTE = 60_000;
const SYMBOLS = ['AAA', 'BBB', 'CCC', 'DDD', 'EEE', 'FFF'];
const SHARDS = 2;
const [PRIMARY, BACKUP] = ['alpaca/iex', 'finnhub/trades'];
const FEEDS = [PRIMARY, BACKUP];
const SPEED = 15;
const SHOWS = '2024-07-02T08:10:00-04:00';
/** minutes of the rehearsal that are played live */
const LIVE_MINUTES = 14;
/** whole minutes of the first vendor before it gives the bars again */
const RETURN_MINUTES = 2;

describe('a live market', () => {
  let vendor: SimulatedAlpaca;
  let second: SimulatedFinnhub;
  let aitrader: CommandUnderTest;
  let run = '';
  let report: RunReport;
  /** the symbol that the second vendor says wrong prices of when the first one is back */
  let misprinted = '';
  let slices: BarSlice[] = [];
  let levels: Control[] = [];
  /** the first whole minute during which somebody listened, on the grid of minutes */
  let start = 0;

  beforeAll(async () => {
    const clock = wallClock({ AITRADER_CLOCK: JSON.stringify({ shows: SHOWS, at: Date.now(), speed: SPEED }) });
    const at = Date.now() - (clock.now() - Date.parse(SHOWS)) / SPEED;
    vendor = await SimulatedAlpaca.start(SYMBOLS, clock);
    second = await SimulatedFinnhub.start(SYMBOLS, (symbol, minute) => vendor.truth(symbol, minute), clock);
    aitrader = await commandUnderTest({
      ...vendor.environment,
      ...second.environment,
      AITRADER_CLOCK: JSON.stringify({ shows: SHOWS, at: Math.round(at), speed: SPEED }),
    });
    await rehearse(clock.now);
  }, RUN_MS_MAX);
  afterAll(async () => {
    await vendor.stop();
    await second.stop();
    aitrader.cleanUp();
  });

  /**
   * Follows the market for some minutes, while ingest is killed twice and then the first vendor is down until the second one has taken over,
   * and stops it as a user would.
   */
  async function rehearse(now: () => number): Promise<void> {
    const paper = aitrader.start(
      'paper',
      '--vendor',
      'alpaca,finnhub',
      '--return-minutes',
      String(RETURN_MINUTES),
      '--symbols',
      SYMBOLS.join(','),
      '--history',
      '0',
      '--shards',
      String(SHARDS),
      '--json',
    );
    await until(() => vendor.connections > 0, paper);
    start = Math.floor(now() / MINUTE) + 1;
    vendor.plan(start + 4, { afterMs: 200, lastsMs: 5_000 });
    vendor.plan(start + 7, { afterMs: 30_000, lastsMs: 100_000 });
    const reaches = (minute: number, afterMs: number): Promise<void> =>
      until(() => now() >= (start + minute) * MINUTE + afterMs, paper);
    await reaches(2, 20_000);
    kill('ingest');
    await reaches(11, 31_000);
    kill('ingest');
    await reaches(LIVE_MINUTES, 5_000);
    // a slow machine is given the time to fetch what was lost, and to publish it with the next minute
    await until(() => hasFetched(), paper);
    // the second one has had nothing to say, so the first one was waited for until now
    const next = Math.floor(now() / MINUTE) + 1;
    second.isMute = false;
    await reaches(next - start, 2_000);
    vendor.goDown();
    await until(() => takenOver() === 1, paper);
    await reaches(next - start + 2, 20_000);
    const from = Math.floor(now() / MINUTE) + 1;
    misprinted = SYMBOLS.find((symbol) => trades(symbol, from)) ?? '';
    second.misprint(misprinted, from);
    vendor.comeBack();
    await until(() => takenOver() === 2, paper);
    await until(() => hasFetched(), paper);
    await reaches(Math.floor(now() / MINUTE) - start + 2, 20_000);
    run = processesOf(aitrader.home)?.run ?? '';
    paper.child.kill('SIGINT');
    const { code, stdout, stderr } = await paper.finished;
    expect([code, /error: .*/.exec(stderr)?.[0]]).toEqual([0, undefined]);
    report = JSON.parse(stdout) as RunReport;
    levels = [];
    slices = await recordedSlices();
  }
  /** Whether a symbol has a bar in one of every two minutes that follow. */
  const trades = (symbol: string, from: number): boolean => {
    const has = Array.from({ length: 10 }, (_, i) => vendor.truth(symbol, from + i) !== undefined);
    return has.every((bar, i) => bar || (has[i + 1] ?? true));
  };
  const logOfIngest = (): string =>
    readFileSync(path.join(aitrader.home, 'logs', processesOf(aitrader.home)?.run ?? '', 'ingest.log'), 'utf8');
  /** Whether the last connection to the first vendor was followed by a fetch of what may have been lost. */
  const hasFetched = (): boolean => {
    const lines = logOfIngest()
      .split('\n')
      .filter((line) => line.includes('"alpaca/iex"'));
    const last = (message: string): number => lines.findLastIndex((line) => line.includes(message));
    return last('fetched what may have been lost') > last('"connected"');
  };
  /** How often the bars have come to be another vendor's. */
  const takenOver = (): number => logOfIngest().split('another vendor gives the bars').length - 1;
  const kill = (stage: string): void => {
    const pid = processesOf(aitrader.home)?.pids[stage];
    if (typeof pid !== 'number') throw new Error(`${stage} does not run`);
    process.kill(pid, 'SIGKILL');
  };
  async function until(met: () => boolean, paper: Running): Promise<void> {
    let ended = false;
    void paper.finished.then(() => (ended = true));
    while (!met()) {
      if (ended) throw new Error(`the run ended: ${(await paper.finished).stderr}`);
      await sleep(20);
    }
  }
  const levelIn = (t: number) => levels.findLast((level) => level.t < t)?.data[0];
  async function recordedSlices(): Promise<BarSlice[]> {
    const all: BarSlice[] = [];
    process.env['AITRADER_HOME'] = aitrader.home;
    await withHome({ onProgress: () => undefined }, ({ bus }) =>
      readRecording(bus, runId(run), {
        untilBroken: true,
        onInterval: (interval) => {
          levels.push(...interval.control.map(({ data }) => decodeControl(data)).filter(({ kind }) => kind === 'data-level'));
          for (let shard = 0; shard < SHARDS; shard++) {
            const slice = newBarSlice(shard, '1m', 4);
            const message = interval.message('bars', shard);
            if (message === undefined) continue;
            decodeBars(message.data, slice);
            all.push(slice);
          }
        },
      }),
    );
    return all;
  }

  it('is recorded minute by minute, each once and in order, over all shards, whatever was lost and killed', () => {
    const closes = slices.filter(({ shard }) => shard === 0).map(({ t }) => t);
    expect(closes.length).toBeGreaterThanOrEqual(LIVE_MINUTES - 2);
    closes.forEach((t, i) => expect(t).toBe(item(closes, 0) + i * MINUTE));
    expect(slices.filter(({ shard }) => shard === 1).map(({ t }) => t)).toEqual(closes);
    for (const { t, knownAt, feed } of slices) {
      expect(knownAt).toBeGreaterThanOrEqual(t + 1_500);
      expect(FEEDS).toContain(feed);
    }
  });

  it('is given by the second vendor from when the first was down for long until it was back for a while', () => {
    const own = slices.filter(({ shard }) => shard === 0);
    const turns = own.map(({ feed }) => feed).filter((feed, i, all) => feed !== all[i - 1]);
    expect(turns).toEqual([PRIMARY, BACKUP, PRIMARY]);
    expect(own.filter(({ feed }) => feed === BACKUP).length).toBeGreaterThan(RETURN_MINUTES);
    for (const slice of slices) expect(slice.feed).toBe(own.find(({ t }) => t === slice.t)?.feed);
    for (const { t, feed } of own) {
      const inForce = levelIn(t);
      expect([t, inForce?.feed, inForce?.causes.includes('failover')]).toEqual([t, feed, feed === BACKUP]);
      if (feed === BACKUP) expect(inForce?.level).toBeGreaterThanOrEqual(1);
    }
  });

  it('says which symbol the vendors disagree on, and lets nobody enter in it until they agree', () => {
    const told = levels.filter(({ reason }) => reason.includes('vendors disagree'));
    const [first] = told;
    expect(first?.reason).toMatch(/vendors disagree: [A-F]{3} \([\d.]+ by finnhub\/trades, [\d.]+ by alpaca\/iex\)/);
    for (const { data } of told) {
      expect(data[0]?.symbols).toContain(misprinted);
      expect(data[0]?.level).toBeGreaterThanOrEqual(2);
    }
  });

  it('is, with its revisions, what the vendor says afterwards, minute by minute', () => {
    const known = new Map<string, TruthBar>();
    const ofSecond = new Set<number>(slices.filter(({ feed }) => feed === BACKUP).map(({ t }) => t));
    const revised = new Set<string>();
    for (const slice of slices) {
      for (let i = 0; i < slice.count; i++) {
        const bar = {
          o: read(slice.open, i),
          h: read(slice.high, i),
          l: read(slice.low, i),
          c: read(slice.close, i),
          v: read(slice.volume, i),
        };
        known.set(`${item(slice.symbols, i)} ${slice.t}`, bar);
      }
      for (const { t, symbol, open, high, low, close, volume } of slice.revisions) {
        known.set(`${symbol} ${t}`, { o: open, h: high, l: low, c: close, v: volume });
        revised.add(`${symbol} ${t}`);
      }
    }
    const closes = slices.map(({ t }) => t);
    const [first, last] = [Math.min(...closes), Math.max(...closes)];
    // corrections of the last two minutes were still to come
    for (let t = first; t <= last - 2 * MINUTE; t += MINUTE)
      for (const symbol of SYMBOLS) {
        const said = ofSecond.has(t) ? second.bar(symbol, t / MINUTE - 1) : vendor.truth(symbol, t / MINUTE - 1);
        expect([symbol, t, known.get(`${symbol} ${t}`)]).toEqual([symbol, t, said]);
      }
    expect(revised.size).toBeGreaterThan(0);
  });

  it('marks what was fetched afterwards, and says of what could not be waited for that nobody was listening', () => {
    const isMarked = (slice: BarSlice, i: number): boolean => (readUint32(slice.flags, i) & BAR_FLAG.BACKFILLED) !== 0;
    const placeOf = ({ t }: { readonly t: number }): number => t / MINUTE - 1 - start;
    const marked = new Set(slices.filter((slice) => slice.count > 0 && isMarked(slice, 0)).map(placeOf));
    const silent = new Set(slices.filter(({ absent }) => absent === 'disconnected').map(placeOf));
    // the short outage, and the long one, in the middle of which a minute ended
    expect(marked).toContain(4);
    expect(silent).toContain(8);
    expect(new Set([...marked, ...silent]).size).toBeLessThan(LIVE_MINUTES - 4);
    for (const slice of slices) {
      for (let i = 0; i < slice.count; i++) expect(isMarked(slice, i)).toBe(marked.has(placeOf(slice)));
      for (const revision of slice.revisions)
        if (silent.has(placeOf(revision))) expect(revision.flags & BAR_FLAG.BACKFILLED).not.toBe(0);
    }
  });

  it('says before each minute that was lost, fetched or late that no entry may rest on it, and on the next two', () => {
    const levelAt = (t: number): number => levelIn(t)?.level ?? NaN;
    const isBad = ({ absent, count, flags }: BarSlice): boolean =>
      absent === 'disconnected' || (count > 0 && (readUint32(flags, 0) & BAR_FLAG.BACKFILLED) !== 0);
    const bad = slices.filter(isBad);
    expect(bad.length).toBeGreaterThan(0);
    for (const { t } of bad) for (const after of [0, 1, 2]) expect(levelAt(t + after * MINUTE)).toBeGreaterThanOrEqual(3);
    expect(levels[0]?.data[0]?.level).toBeGreaterThanOrEqual(3);
    for (const [i, { t }] of levels.entries()) expect(t).toBeGreaterThan(levels[i - 1]?.t ?? 0);
    for (const { data } of levels) expect(Math.abs(data[0]?.clockBehindMs ?? NaN)).toBeLessThan(2_000);
  });

  it('verifies, and is decided alike when it is replayed', async () => {
    expect(await aitrader.json('verify', run)).toMatchObject({ verified: true });
    const replayed = await aitrader.json('replay', run);
    expect(replayed.bars).toBe(report.bars);
    expect(replayed.counts).toEqual(report.counts);
    for (const part of ['states', 'signals', 'orders', 'denials', 'fills'] as const)
      expect([part, replayed.digest[part]]).toEqual([part, report.digest[part]]);
  });

  it('goes into an archive with every version of its bars and when they were known', async () => {
    const bars = new Map<string, string[]>();
    const note = (symbol: string, t: number, ...figures: readonly number[]): void => {
      const versions = bars.get(`${symbol} ${t}`) ?? [];
      if (versions.at(-1) !== figures.join()) bars.set(`${symbol} ${t}`, [...versions, figures.join()]);
    };
    for (const slice of slices.filter(({ feed }) => feed === PRIMARY)) {
      for (let i = 0; i < slice.count; i++)
        note(
          item(slice.symbols, i),
          slice.t,
          ...[slice.open, slice.high, slice.low, slice.close, slice.volume].map((column) => read(column, i)),
        );
      for (const { symbol, t, open, high, low, close, volume } of slice.revisions)
        note(symbol, t, open, high, low, close, volume);
    }
    const versions = [...bars.values()].reduce((sum, own) => sum + own.length, 0);
    expect(versions).toBeGreaterThan(bars.size);
    const known = slices
      .filter(({ feed, count, revisions }) => feed === PRIMARY && count + revisions.length > 0)
      .map(({ knownAt }) => knownAt);
    const entry = { run, feed: PRIMARY, adjustment: 'raw', known: { from: Math.min(...known), to: Math.max(...known) } };
    const { stdout } = await aitrader.run('bars', 'import', run, '--feed', PRIMARY, '--into', 'archive', '--json');
    expect(JSON.parse(stdout)).toMatchObject({
      recordings: [{ ...entry, isNew: true, added: bars.size, held: 0, revised: versions - bars.size }],
    });
  });

  it(
    'ends at the first refusal of its keys, with what is to be done, and asks no further',
    async () => {
      const before = vendor.connections;
      vendor.refusesKeys = true;
      const { code, stderr } = await aitrader.run('paper', '--vendor', 'alpaca', '--symbols', 'AAA', '--history', '0');
      expect([code, vendor.connections - before]).toEqual([1, 1]);
      expect(stderr).toContain('it refuses the keys: see APCA_API_KEY_ID and APCA_API_SECRET_KEY');
    },
    RUN_MS_MAX,
  );

  it('leaves no key anywhere: not in logs, recordings or what is kept beside them', () => {
    const secret = vendor.environment['APCA_API_SECRET_KEY'] ?? '';
    const token = second.environment['FINNHUB_API_KEY'] ?? '';
    expect(vendor.heardKeys).toEqual(new Set([secret]));
    const files = filesIn(aitrader.home);
    expect(files.length).toBeGreaterThan(5);
    for (const key of [secret, token]) expect(files.filter((file) => readFileSync(file).includes(key))).toEqual([]);
  });
});

function filesIn(folder: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder).flatMap((name) => {
    const file = path.join(folder, name);
    return statSync(file).isDirectory() ? filesIn(file) : [file];
  });
}
