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
import { SimulatedAlpaca, type TruthBar } from './testing/simulated-alpaca.ts';

const RUN_MS_MAX = 240_000;
const MINUTE = 60_000;
const SYMBOLS = ['AAA', 'BBB', 'CCC', 'DDD', 'EEE', 'FFF'];
const SHARDS = 2;
const SPEED = 15;
const SHOWS = '2024-07-02T08:10:00-04:00';
/** minutes of the rehearsal that are played live */
const LIVE_MINUTES = 14;

describe('a live market', () => {
  let vendor: SimulatedAlpaca;
  let aitrader: CommandUnderTest;
  let run = '';
  let report: RunReport;
  let slices: BarSlice[] = [];
  let levels: Control[] = [];
  /** the first whole minute during which somebody listened, on the grid of minutes */
  let start = 0;

  beforeAll(async () => {
    const clock = wallClock({ AITRADER_CLOCK: JSON.stringify({ shows: SHOWS, at: Date.now(), speed: SPEED }) });
    const at = Date.now() - (clock.now() - Date.parse(SHOWS)) / SPEED;
    vendor = await SimulatedAlpaca.start(SYMBOLS, clock);
    aitrader = await commandUnderTest({
      ...vendor.environment,
      AITRADER_CLOCK: JSON.stringify({ shows: SHOWS, at: Math.round(at), speed: SPEED }),
    });
    await rehearse(clock.now);
  }, RUN_MS_MAX);
  afterAll(async () => {
    await vendor.stop();
    aitrader.cleanUp();
  });

  /** Follows the market for some minutes, while ingest is killed twice, and stops it as a user would. */
  async function rehearse(now: () => number): Promise<void> {
    const paper = aitrader.start(
      'paper',
      '--vendor',
      'alpaca',
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
    await reaches(Math.floor(now() / MINUTE) - start + 2, 20_000);
    run = processesOf(aitrader.home)?.run ?? '';
    paper.child.kill('SIGINT');
    const { code, stdout, stderr } = await paper.finished;
    expect([code, /error: .*/.exec(stderr)?.[0]]).toEqual([0, undefined]);
    report = JSON.parse(stdout) as RunReport;
    levels = [];
    slices = await recordedSlices();
  }
  /** Whether the last life of ingest has fetched what it may have lost. */
  const hasFetched = (): boolean => {
    const log = readFileSync(path.join(aitrader.home, 'logs', processesOf(aitrader.home)?.run ?? '', 'ingest.log'), 'utf8');
    return log.lastIndexOf('fetched what may have been lost') > log.lastIndexOf('"connected"');
  };
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
      expect(feed).toBe('alpaca/iex');
    }
  });

  it('is, with its revisions, what the vendor says afterwards, minute by minute', () => {
    const known = new Map<string, TruthBar>();
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
        const truth = vendor.truth(symbol, t / MINUTE - 1);
        expect([symbol, t, known.get(`${symbol} ${t}`)]).toEqual([symbol, t, truth]);
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
    const levelAt = (t: number): number => levels.findLast((level) => level.t < t)?.data[0]?.level ?? NaN;
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
    for (const slice of slices) {
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
    const known = slices.filter(({ count, revisions }) => count + revisions.length > 0).map(({ knownAt }) => knownAt);
    const entry = { run, feed: 'alpaca/iex', adjustment: 'raw', known: { from: Math.min(...known), to: Math.max(...known) } };
    const { stdout } = await aitrader.run('bars', 'import', run, '--into', 'archive', '--json');
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
    expect(vendor.heardKeys).toEqual(new Set([secret]));
    const files = filesIn(aitrader.home);
    expect(files.length).toBeGreaterThan(5);
    expect(files.filter((file) => readFileSync(file).includes(secret))).toEqual([]);
  });
});

function filesIn(folder: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder).flatMap((name) => {
    const file = path.join(folder, name);
    return statSync(file).isDirectory() ? filesIn(file) : [file];
  });
}
