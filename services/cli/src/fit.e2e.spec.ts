import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { commandUnderTest, type CommandUnderTest } from './testing/command-under-test.ts';

const RUN_MS_MAX = 240_000;

interface Fit {
  readonly model: string;
  readonly n: number;
  readonly parameters: Readonly<Record<string, Readonly<Record<'value' | 'seHessian' | 'seOpg' | 'seSandwich', number | null>>>>;
  readonly logLikelihood: number;
  readonly converged: boolean | null;
  readonly iterations: number;
  readonly kept?: boolean;
}

const KEYS = ['converged', 'iterations', 'logLikelihood', 'model', 'n', 'parameters'];

/** A returns-like series without luck: sines of the squares of the counts are as good as noise, in two sizes by turns. */
const noise = (i: number): number => Math.sin(i * i * 1.7) + Math.sin(i * i * 0.61 + 1);
const returns = Array.from({ length: 600 }, (_, i) => (Math.floor(i / 60) % 2 === 0 ? 0.5 : 2) * noise(i) + 0.05);
/** A walk seen with noise. */
const levels = returns.reduce<number[]>((all, step, i) => [...all, (all.at(-1) ?? 0) + step + 0.3 * noise(i + 7)], []);

const models: readonly (readonly [name: string, series: 'returns' | 'levels', args: readonly string[], parameters: string])[] = [
  ['garch', 'returns', [], 'mu omega alpha beta'],
  ['gjr', 'returns', ['--distribution', 't', '--mean', 'zero', '--presample', 'backcast'], 'omega alpha gamma beta nu'],
  ['egarch', 'returns', ['--distribution', 't'], 'mu omega alpha gamma beta nu'],
  ['hmm', 'returns', [], 'mu_0 sd_0 mu_1 sd_1 p_00 p_01 p_10 p_11 start_0 start_1'],
  ['hmm', 'returns', ['--emissions', 't', '--regimes', '1', '--plain'], 'mu_0 sd_0 nu_0 p_00 start_0'],
  ['msar', 'returns', ['--switching-variance', '--order', '0'], 'mu_0 mu_1 sigma_0 sigma_1 p_00 p_01 p_10 p_11'],
  ['kalman', 'levels', [], 'level observation'],
  ['kalman', 'levels', ['--form', 'local-linear-trend', '--diffuse-constant', 'statsmodels'], 'level slope observation'],
  [
    'kalman',
    'levels',
    ['--form', 'reverting-velocity', '--prior-mean', '0,0', '--prior-variance', '100,1'],
    'level velocity reversion observation',
  ],
];

describe('aitrader fit', () => {
  let aitrader: CommandUnderTest;
  let series: string;
  beforeAll(async () => {
    aitrader = await commandUnderTest();
    series = file('series.csv', ['row,returns,levels', ...returns.map((r, i) => `${i},${r},${levels[i] ?? 0}`)]);
  }, RUN_MS_MAX);
  afterAll(() => aitrader.cleanUp());

  const inFolder = (name: string): string => path.join(aitrader.folder, name);
  function file(name: string, lines: readonly string[]): string {
    writeFileSync(inFolder(name), `${lines.join('\n')}\n`);
    return inFolder(name);
  }
  const refused = async (...args: string[]): Promise<string> => {
    const { code, stdout, stderr } = await aitrader.run('fit', ...args, '--json');
    expect(code).toBe(1);
    expect(stdout).toBe('');
    return stderr;
  };

  it.each(models)(
    '%s of %s %j prints one document, and evaluates to the same at its own parameters',
    async (model, column, args, parameters) => {
      const given = ['fit', '--series', series, '--column', column, '--model', model, ...args];
      const fit = await aitrader.json<Fit>(...given, '--paths', inFolder('paths.csv'));
      expect(Object.keys(fit).sort()).toEqual(KEYS);
      expect(fit).toMatchObject({ model, converged: true });
      expect(Object.keys(fit.parameters)).toEqual(parameters.split(' '));
      for (const parameter of Object.values(fit.parameters))
        expect(Object.keys(parameter)).toEqual(['value', 'seHessian', 'seOpg', 'seSandwich']);
      expect(readFileSync(inFolder('paths.csv'), 'utf8').trim().split('\n')).toHaveLength(601);

      const at = await aitrader.json<Fit>(...given, '--params', `@${file('fit.json', [JSON.stringify(fit)])}`);
      expect(at).toMatchObject({ model, n: fit.n, converged: null, iterations: 0 });
      expect(Math.abs(at.logLikelihood - fit.logLikelihood)).toBeLessThan(1e-9);

      const pairs = Object.entries(fit.parameters).map(([name, { value }]) => `${name}=${value}`);
      const again = await aitrader.json<Fit>(...given, '--init', pairs.join(','));
      expect(again.converged).toBe(true);
      expect(Math.abs(again.logLikelihood - fit.logLikelihood)).toBeLessThan(1e-4);
    },
    RUN_MS_MAX,
  );

  it('prints a table with three standard errors for people', async () => {
    const { stdout } = await aitrader.run('fit', '--series', series, '--column', 'returns', '--model', 'garch');
    expect(stdout).toMatch(/^garch\(1,1\)-normal — .*series\.csv, column returns\n/);
    expect(stdout).toMatch(/parameter +value +se Hessian +se OPG +se sandwich +z\n/);
    expect(stdout).toMatch(/ {2}omega +0\.\d+/);
    expect(stdout).toMatch(
      /ln L -\d+\.\d{4}, AIC \d+\.\d\d, BIC \d+\.\d\d, 600 observations\n {2}converged after \d+ iterations\n$/,
    );
  });

  it(
    'fits bars: one symbol as one document, several as a list, each in the parameters file',
    async () => {
      const into = inFolder('parameters.json');
      const both = await aitrader.json<{ fits: (Fit & { symbol: string })[] }>(
        ...['fit', '--bars', 'sample', '--symbols', 'SYN01,SYN02', '--model', 'garch', '--into', into],
      );
      expect(both.fits.map(({ symbol }) => symbol)).toEqual(['SYN01', 'SYN02']);
      const one = ['fit', '--bars', 'sample', '--symbols', 'SYN02', '--from', '2024-07-02', '--to', '2024-07-05'];
      const alone = await aitrader.json<Fit>(...one, '--model', 'garch');
      expect({ symbol: 'SYN02', ...alone }).toEqual(both.fits[1]);
      const kalman = await aitrader.json<Fit>(...one, '--model', 'kalman', '--into', into);
      expect(Object.keys(kalman.parameters)).toEqual(['level', 'velocity', 'reversion', 'observation']);
      const { version, parameters } = JSON.parse(readFileSync(into, 'utf8'));
      expect(version).toBe(1);
      expect(parameters.map(({ symbol, model }: Record<string, unknown>) => [symbol, model])).toEqual([
        ['SYN01', 'garch'],
        ['SYN02', 'garch'],
        ['SYN02', 'kalman'],
      ]);
      expect(parameters[1].values.omega).toBe(alone.parameters['omega']?.value);
      expect(parameters[1].fittedTo).toBeGreaterThan(parameters[1].fittedFrom);
    },
    RUN_MS_MAX,
  );

  it(
    'fits regimes of bars to what the filter of regimes sees, or to returns alone',
    async () => {
      const one = ['fit', '--bars', 'sample', '--symbols', 'SYN02', '--model', 'hmm'];
      const into = inFolder('regimes.json');
      const joint = await aitrader.json<Fit>(...one, '--into', into, '--paths', inFolder('paths.csv'));
      const emitted = [0, 1, 2].flatMap((k) => [`mu_${k}`, `sd_${k}`, `muVariance_${k}`, `sdVariance_${k}`]);
      expect(Object.keys(joint.parameters)).toEqual([
        ...emitted,
        ...[0, 1, 2].flatMap((i) => [0, 1, 2].map((j) => `p_${i}${j}`)),
        ...['start_0', 'start_1', 'start_2'],
      ]);
      const [header = '', ...lines] = readFileSync(inFolder('paths.csv'), 'utf8').trim().split('\n');
      expect(header).toMatch(/^symbol,t,innovation,variance,pred_0,/);
      expect(lines).toHaveLength(joint.n);
      const at = await aitrader.json<Fit>(...one, '--params', `@${into}`);
      expect(Math.abs(at.logLikelihood - joint.logLikelihood)).toBeLessThan(1e-9);

      const alone = await aitrader.json<Fit>(
        ...one,
        '--observe',
        'returns',
        '--regimes',
        '2',
        '--into',
        inFolder('returns.json'),
      );
      expect(Object.keys(alone.parameters)).toEqual('mu_0 sd_0 mu_1 sd_1 p_00 p_01 p_10 p_11 start_0 start_1'.split(' '));
      // the first bars are warm-up, and a return has a bar before it
      expect(alone.n - joint.n).toBe(58);
      const versionIn = (file: string): string => JSON.parse(readFileSync(file, 'utf8')).parameters[0].version;
      expect(versionIn(into)).toMatch(/^hidden-Markov-model-of-3-regimes-of-innovation-and-variance\/[0-9a-f]{16}$/);
      expect(versionIn(inFolder('returns.json'))).toMatch(/^hidden-Markov-model-of-2-regimes\/[0-9a-f]{16}$/);

      const config = file('run.json', [JSON.stringify({ probability: { warmUpBars: 200 } })]);
      const later = await aitrader.json<Fit>(...one, '--config', config, '--emissions', 't');
      expect(joint.n - later.n).toBe(140);
      expect(later.parameters).toHaveProperty('nu_2');
    },
    RUN_MS_MAX,
  );

  it(
    'goes on with the others when one symbol cannot be fitted, and ends as a failure',
    async () => {
      const row = (i: number, symbol: string, close: number) =>
        `${Date.parse('2024-03-04T14:30:00Z') + i * 60_000},${close},${close},${close},${close},100,${symbol}`;
      const prices = returns.slice(0, 300).map((r, i) => 100 + Math.round(100 * r * Math.cos(i)) / 100);
      const rows = prices.flatMap((price, i) => [row(i, 'AAA', price), row(i, 'FLAT', 10)]);
      const bars = file('bars.csv', ['ts,open,high,low,close,volume,symbol', ...rows]);
      const { code, stdout, stderr } = await aitrader.run('fit', '--bars', bars, '--model', 'garch', '--json');
      expect(code).toBe(1);
      expect(stderr).toContain('FLAT: returns is 0 at every index');
      expect(JSON.parse(stdout)).toMatchObject({
        fits: [
          { symbol: 'AAA', n: 299 },
          { symbol: 'FLAT', error: expect.stringContaining('FLAT: returns is 0') },
        ],
      });
    },
    RUN_MS_MAX,
  );

  it(
    'keeps the parameters of before when a fit does not converge, and says so',
    async () => {
      const into = inFolder('kept.json');
      const given = ['fit', '--series', series, '--column', 'returns', '--model', 'garch', '--into', into];
      const cut = await aitrader.json<Fit>(...given, '--iterations', '1');
      expect(cut).toMatchObject({ converged: false, kept: true });
      expect(existsSync(into)).toBe(false);
      expect(await aitrader.json<Fit>(...given)).not.toHaveProperty('kept');
      const before = readFileSync(into, 'utf8');
      const { code, stdout, stderr } = await aitrader.run(...given, '--iterations', '1');
      expect(code).toBe(0);
      expect(stdout).toContain('not converged after');
      expect(stderr).toMatch(/returns garch: the fit did not converge.*those from before stay/);
      expect(readFileSync(into, 'utf8')).toBe(before);
      const again = await aitrader.run(...given, '--init', 'mu=0,omega=0.1,alpha=0.1,beta=0.5');
      expect(again.stderr).toMatch(/returns garch: .* replaces /);
    },
    RUN_MS_MAX,
  );

  it(
    'leaves a corrupt parameters file as it is',
    async () => {
      const into = file('corrupt.json', ['{"version":1,"parameters":[{"symbol":7}]}']);
      const before = readFileSync(into, 'utf8');
      const said = await refused('--series', series, '--column', 'returns', '--model', 'garch', '--into', into);
      expect(said).toMatch(/corrupt\.json:[^]*parameters\.0\.symbol: .*got 7/);
      expect(readFileSync(into, 'utf8')).toBe(before);
    },
    RUN_MS_MAX,
  );

  const garch = ['--column', 'returns', '--model', 'garch'];
  const hmm = ['--column', 'returns', '--model', 'hmm'];
  it.each<[says: string, args: readonly string[]]>([
    ['say what to fit: either --bars FILES or --series FILE', ['--model', 'garch', '--bars', 'sample']],
    ['several columns hold numbers: row, returns, levels', ['--model', 'garch']],
    ['there is no column "nope"', ['--model', 'garch', '--column', 'nope']],
    ['--mean is for garch, gjr and egarch, not for hmm', [...hmm, '--mean', 'zero']],
    ['--observe is for --bars only', [...hmm, '--observe', 'returns']],
    [
      '--observe is for garch, gjr, egarch and hmm, not for msar',
      ['--column', 'returns', '--model', 'msar', '--observe', 'returns'],
    ],
    ['--observe innovations is not for hmm', [...hmm, '--observe', 'innovations']],
    ['--observe innovation-and-variance is not for garch', [...garch, '--observe', 'innovation-and-variance']],
    ['--from is for --bars only', [...garch, '--from', '2024-01-01']],
    ['there is no parameter "alpah"', [...garch, '--params', 'mu=0,omega=1,alpah=0,beta=0']],
    ['alpha + gamma / 2 + beta is 1.1', [...garch, '--params', 'mu=0,omega=1,alpha=0.5,beta=0.6']],
    ['p_00 = 0.9, p_01 = 0.2', [...hmm, '--params', 'mu_0=0,mu_1=0,sd_0=1,sd_1=2,p_00=0.9,p_01=0.2,p_11=0.9']],
    ['--params: omega is "x", which is no number', [...garch, '--params', 'omega=x']],
    ['leave out --into', [...garch, '--params', 'omega=1', '--into', 'p.json']],
    ['a known initial state takes both', ['--column', 'levels', '--model', 'kalman', '--prior-mean', '0']],
    [
      '--prior-variance has 2 numbers for 1 states',
      ['--column', 'levels', '--model', 'kalman', '--prior-mean', '0', '--prior-variance', '1,2'],
    ],
  ])('refuses what it cannot do: %s', async (says, args) => {
    expect(await refused('--series', series, ...args)).toContain(says);
  });

  it(
    'refuses bad series by file, line, column and value',
    async () => {
      const y = (name: string, cells: readonly (number | string)[]) => file(name, ['y', ...cells.map(String)]);
      const short = y('short.csv', [1, 2, 3]);
      const flat = y(
        'flat.csv',
        Array.from({ length: 100 }, () => 7),
      );
      const gapped = y('gapped.csv', [...returns.slice(0, 50), 'NA', ...returns.slice(50, 100)]);
      const huge = y('huge.csv', [...returns.slice(0, 50), 'Infinity']);
      for (const model of ['kalman', 'garch', 'gjr', 'egarch', 'hmm', 'msar']) {
        expect(await refused('--series', short, '--model', model)).toMatch(/short\.csv, column y: .*3 values/);
        expect(await refused('--series', flat, '--model', model)).toMatch(/flat\.csv, column y: .* is 7 at every index/);
        expect(await refused('--series', huge, '--model', model)).toContain('huge.csv:52: y "Infinity" is no decimal number');
        if (model !== 'kalman')
          expect(await refused('--series', gapped, '--model', model)).toContain('gapped.csv:52: y is missing');
      }
      const { n } = await aitrader.json<Fit>('fit', '--series', gapped, '--model', 'kalman');
      expect(n).toBe(100);
      expect(await refused('--series', inFolder('none.csv'), '--model', 'garch')).toContain('none.csv: does not exist');
    },
    RUN_MS_MAX,
  );
});
