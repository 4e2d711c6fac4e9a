import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { newYorkDate, sessionsBetween } from '@aitrader/core-sessions';
import { epochMs } from '@aitrader/model';
import type { ParametersEntry } from '@aitrader/runtime-configuration';
import { commandUnderTest, type CommandUnderTest, type Finished } from './testing/command-under-test.ts';

const RUN_MS_MAX = 240_000;
const SESSIONS = sessionsBetween('2023-01-03', '2023-07-14');
/** On these days nothing moves, for longer than a window. */
const STILL = { from: 85, to: 120 };
const WINDOW = 30;

interface NightRecord {
  readonly symbol: string;
  readonly fittedTo: number;
  readonly converged?: boolean;
  readonly logLikelihood?: number;
  readonly iterations?: number;
  readonly version: string | null;
  readonly error?: string;
  readonly kept?: boolean;
}

interface Walk {
  readonly model: string;
  readonly refit: string;
  readonly window: number;
  readonly fits: readonly NightRecord[];
}

/** Returns without luck, in two sizes by turns. */
const noise = (i: number): number => Math.sin(i * i * 1.7) + Math.sin(i * i * 0.61 + 1);

describe('aitrader fit --refit', () => {
  let aitrader: CommandUnderTest;
  let bars: string;
  let nightly: Finished;
  beforeAll(async () => {
    aitrader = await commandUnderTest();
    let price = 100;
    const rows = SESSIONS.map(({ date }, i) => {
      const isStill = i >= STILL.from && i < STILL.to;
      price *= isStill ? 1 : 1 + 0.01 * (Math.floor(i / 20) % 2 === 0 ? 0.4 : 1.5) * noise(i);
      const cells = [price, price, price, price].map((each) => each.toFixed(2)).join(',');
      return `${Date.parse(`${date}T05:00:00Z`)},${cells},100,AAA`;
    });
    bars = inFolder('bars.csv');
    writeFileSync(bars, ['ts,open,high,low,close,volume,symbol', ...rows, ''].join('\n'));
    // a window in which little moves has no best fit, and need not be searched to the end
    const search = ['--window', String(WINDOW), '--iterations', '60', '--into', inFolder('nights.json')];
    nightly = await aitrader.run(...fit('--refit', 'nightly', ...search, '--json'));
  }, RUN_MS_MAX);
  afterAll(() => aitrader.cleanUp());

  const inFolder = (name: string): string => path.join(aitrader.folder, name);
  const fit = (...args: string[]): string[] => ['fit', '--bars', bars, '--timeframe', '1d', '--model', 'garch', ...args];
  const entriesIn = (name: string): readonly ParametersEntry[] => JSON.parse(readFileSync(inFolder(name), 'utf8')).parameters;
  const dateOf = (t: number | null): string => newYorkDate(epochMs(t ?? 0));

  it('writes the parameters of every night, keeps those before where a night has none, and says so', () => {
    const { code, stdout, stderr } = nightly;
    expect(code).toBe(0);
    const walk: Walk = JSON.parse(stdout);
    expect(walk).toMatchObject({ model: 'garch', refit: 'nightly', window: WINDOW });
    // the first night is the one that ends the window's last return
    expect(walk.fits.map(({ fittedTo }) => dateOf(fittedTo))).toEqual(SESSIONS.slice(WINDOW).map(({ date }) => date));

    const entries = entriesIn('nights.json');
    const taken = walk.fits.filter(({ kept }) => kept === undefined);
    expect(taken.map(({ fittedTo, version, logLikelihood }) => [fittedTo, version, logLikelihood])).toEqual(
      entries.map(({ fittedTo, version, logLikelihood }) => [fittedTo, version, logLikelihood]),
    );
    for (const one of taken) expect(one).toMatchObject({ symbol: 'AAA', converged: true, iterations: expect.any(Number) });

    for (const one of walk.fits.filter(({ kept }) => kept)) {
      const before = entries.filter(({ fittedTo }) => (fittedTo ?? 0) < one.fittedTo).at(-1);
      const stays =
        before === undefined ? 'there are none from before' : `those of ${dateOf(before.fittedTo)} stay (${before.version})`;
      const why = one.error === undefined ? 'the fit did not converge' : `cannot be fitted: ${one.error}`;
      expect(stderr).toContain(
        `AAA garch ${dateOf(one.fittedTo)}: ${why}, so ${inFolder('nights.json')} does not take its parameters; ${stays}`,
      );
      expect(one.version).toBe(before?.version ?? null);
    }
    const still = walk.fits.filter(({ error }) => error?.includes('returns is 0 at every index'));
    expect(still).toHaveLength(STILL.to - STILL.from - WINDOW + 1);
    // before and after, some windows are so still that a fit has no end
    expect(walk.fits.filter(({ kept, converged }) => kept && converged === false).length).toBeGreaterThan(0);
    expect(taken.length).toBeGreaterThan(50);
  });

  it(
    'writes the same up to a date when later bars are cut off, and replaces what was fitted to the same bars',
    async () => {
      const into = inFolder('cut.json');
      const walk = (...args: string[]): Promise<Walk> =>
        aitrader.json<Walk>(
          ...fit('--refit', 'weekly', '--window', String(WINDOW), '--iterations', '60', '--into', into, ...args),
        );
      await walk('--to', '2023-03-29');
      const first = entriesIn('cut.json');
      // weeks end on Friday: the one of the cut had not
      expect(dateOf(first.at(-1)?.fittedTo ?? 0)).toBe('2023-03-24');
      const { stderr } = await aitrader.run(
        ...fit('--refit', 'weekly', '--window', String(WINDOW), '--iterations', '60', '--into', into),
      );
      expect(stderr).toContain(`of which ${first.length} replace older ones`);
      const all = entriesIn('cut.json');
      expect(all.slice(0, first.length)).toEqual(first);
      expect(all.length).toBeGreaterThan(first.length);
      expect(new Set(all.map(({ fittedTo }) => fittedTo)).size).toBe(all.length);
    },
    RUN_MS_MAX,
  );

  it(
    'is what --params and --init take the latest of, and a plain fit to other bars is one more entry',
    async () => {
      const into = inFolder('latest.json');
      await aitrader.json<Walk>(...fit('--refit', 'weekly', '--window', String(WINDOW), '--into', into, '--to', '2023-03-31'));
      const last = entriesIn('latest.json').at(-1);
      const at = await aitrader.json<{ parameters: Readonly<Record<string, { value: number }>> }>(...fit('--params', `@${into}`));
      expect(Object.fromEntries(Object.entries(at.parameters).map(([name, { value }]) => [name, value]))).toEqual(last?.values);
      const count = entriesIn('latest.json').length;
      await aitrader.json(...fit('--into', into, '--to', '2023-03-29'));
      expect(
        entriesIn('latest.json')
          .map(({ fittedTo }) => dateOf(fittedTo))
          .slice(count),
      ).toEqual(['2023-03-29']);
    },
    RUN_MS_MAX,
  );

  it(
    'is recorded by a backtest between the bars, and replayed',
    async () => {
      const backtest = ['backtest', '--bars', bars, '--timeframe', '1d'];
      const { run } = await aitrader.json<{ run: string }>(...backtest, '--parameters', inFolder('nights.json'), '--record');
      const recorded = await aitrader.json<{ verified: boolean; messages: number; intervals: number }>('verify', run);
      expect(recorded).toMatchObject({ verified: true, intervals: SESSIONS.length });
      const { run: bare } = await aitrader.json<{ run: string }>(...backtest, '--record');
      const without = await aitrader.json<{ messages: number }>('verify', bare);
      // one command a night; the last night's has no bars behind it
      const nights = entriesIn('nights.json').filter(({ fittedTo }) => dateOf(fittedTo) !== '2023-07-14');
      expect(recorded.messages - without.messages).toBe(nights.length);
    },
    RUN_MS_MAX,
  );

  it(
    'fails when no fit converges, and leaves the file as it is',
    async () => {
      const into = inFolder('none.json');
      const cut = ['--refit', 'weekly', '--window', '60', '--iterations', '1', '--into', into, '--to', '2023-04-06'];
      const { code, stdout, stderr } = await aitrader.run(...fit(...cut, '--json'));
      expect(code).toBe(1);
      expect(existsSync(into)).toBe(false);
      expect(stderr).toMatch(/AAA garch 2023-04-06: the fit did not converge, .*; there are none from before/);
      expect(stderr).toMatch(/AAA: none of its \d+ fits converged/);
      const { fits }: Walk = JSON.parse(stdout);
      expect(fits[0]).toMatchObject({ converged: false, kept: true, version: null });
      expect(fits.at(-1)).toEqual({ symbol: 'AAA', error: expect.stringContaining('fits converged') });
    },
    RUN_MS_MAX,
  );

  it('says for people how the parameters went', async () => {
    const { stdout } = await aitrader.run(
      ...fit('--refit', 'weekly', '--window', String(WINDOW), '--into', inFolder('text.json'), '--to', '2023-04-21'),
    );
    expect(stdout).toMatch(/^garch\(1,1\)-normal — AAA, weekly on the last 30 observations\n/);
    expect(stdout).toMatch(/parameter +first +last +least +most\n/);
    expect(stdout).toMatch(/ {2}\d+ fits converged from 2023-02-17 to 2023-04-21\n$/);
  });

  it.each<[says: string, args: readonly string[]]>([
    ['--refit keeps the parameters of every night: say where with --into FILE', ['--refit', 'nightly']],
    ['--window is for --refit only', ['--window', '100']],
    ['--window is 29: garch takes at least 30 observations', ['--refit', 'nightly', '--window', '29', '--into', 'x.json']],
    ['AAA: there are 132 observations, and a fit takes 2,000 (--window)', ['--refit', 'nightly', '--into', 'x.json']],
    ['leave out --paths', ['--refit', 'nightly', '--into', 'x.json', '--paths', 'p.csv']],
    ['leave out --refit', ['--refit', 'nightly', '--params', 'omega=1']],
  ])('refuses what it cannot do: %s', async (says, args) => {
    const { code, stderr } = await aitrader.run(...fit(...args));
    expect(code).toBe(1);
    expect(stderr).toContain(says);
    expect(existsSync(inFolder('x.json'))).toBe(false);
  });
});
