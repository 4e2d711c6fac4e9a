import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { referencePath, withReference } from '../../../tools/testing/reference-data.ts';
import { commandUnderTest, type CommandUnderTest } from './testing/command-under-test.ts';

const REFERENCE = referencePath('numeric');
const RUN_MS_MAX = 240_000;

interface Fit {
  readonly n: number;
  readonly parameters: Readonly<Record<string, { readonly value: number }>>;
  readonly logLikelihood: number;
  readonly converged: boolean | null;
}

/** The columns of a CSV file by their names. */
function csv(file: string): ReadonlyMap<string, readonly string[]> {
  const [header = '', ...lines] = readFileSync(file, 'utf8').trim().split(/\r?\n/);
  const rows = lines.map((line) => line.split(','));
  return new Map(header.split(',').map((name, i) => [name, rows.map((row) => row[i] ?? '')]));
}

const numbersIn = (table: ReadonlyMap<string, readonly string[]>, name: string): number[] =>
  (table.get(name) ?? []).map((cell) => (cell === '' ? NaN : Number(cell)));

/** The largest distance of two columns, relative where the expected number is above 1; cells that are empty in either are passed over. */
function worst(found: readonly number[], expected: readonly number[]): number {
  expect(found).toHaveLength(expected.length);
  const distances = expected.map((value, i) => Math.abs((found[i] ?? NaN) - value) / Math.max(1, Math.abs(value)));
  const known = distances.filter(Number.isFinite);
  expect(known.length).toBeGreaterThan(expected.length / 2);
  return Math.max(...known);
}

withReference(REFERENCE, 'reproduces the published reference results', () => {
  describe('aitrader fit reproduces', () => {
    let aitrader: CommandUnderTest;
    beforeAll(async () => {
      aitrader = await commandUnderTest();
    }, RUN_MS_MAX);
    afterAll(() => aitrader.cleanUp());

    const json = (name: string) => JSON.parse(readFileSync(path.join(REFERENCE, name), 'utf8'));
    const fit = (...args: string[]): Promise<Fit> => aitrader.json<Fit>('fit', ...args);
    const paths = () => path.join(aitrader.folder, 'paths.csv');
    /** A copy of a column in which cells are missing. */
    const gapped = (file: string, column: string, isMissing: (row: number) => boolean): string => {
      const cells = csv(path.join(REFERENCE, file)).get(column) ?? [];
      const copy = path.join(aitrader.folder, 'gapped.csv');
      writeFileSync(copy, ['row,y', ...cells.map((cell, i) => `${i},${isMissing(i) ? '' : cell}`), ''].join('\n'));
      return copy;
    };
    const expectPaths = (expectedFile: string, pairs: readonly (readonly [found: string, expected: string])[]) => {
      const found = csv(paths());
      const expected = csv(path.join(REFERENCE, expectedFile));
      for (const [name, as] of pairs) expect(worst(numbersIn(found, name), numbersIn(expected, as))).toBeLessThan(1e-9);
    };

    describe('the local level of the Nile:', () => {
      const nile = ['--series', path.join(REFERENCE, '01_nile/data.csv'), '--model', 'kalman'];
      const at = ['--params', 'level=1469.1,observation=15099'];
      const prior = ['--initial', 'known', '--prior-mean', '0', '--prior-variance', '1e7'];
      const columns = [
        ['innovation', 'v'],
        ['innovation_var', 'F'],
        ['filt_level', 'a_filt'],
        ['filt_var_level', 'P_filt'],
        ['smooth_level', 'a_smooth'],
        ['smooth_var_level', 'V_smooth'],
        ['loglik', 'loglik_t'],
      ] as const;

      it('estimates and ln L in three conventions', async () => {
        const { mle } = json('01_nile/expected.json');
        const found = await fit(...nile);
        expect(found).toMatchObject({ converged: true, n: 100 });
        expect(Math.abs((found.parameters['observation']?.value ?? NaN) / mle.sigma2_eps - 1)).toBeLessThan(1e-4);
        expect(Math.abs((found.parameters['level']?.value ?? NaN) / mle.sigma2_eta - 1)).toBeLessThan(1e-4);
        expect(Math.abs(found.logLikelihood - mle.loglik_n_minus_1_terms)).toBeLessThan(1e-6);
        const conventions: [string[], number][] = [
          [[], -632.5456251156737],
          [['--diffuse-constant', 'statsmodels'], -633.4645636488787],
          [prior, -641.5855784594156],
        ];
        for (const [args, expected] of conventions)
          expect(Math.abs((await fit(...nile, ...at, ...args)).logLikelihood - expected)).toBeLessThan(1e-7);
      });

      it('states after an exact diffuse start, and after a known prior', async () => {
        await fit(...nile, ...at, '--paths', paths());
        expectPaths('01_nile/expected_exact_diffuse.csv', columns);
        await fit(...nile, ...at, ...prior, '--paths', paths());
        expectPaths('01_nile/expected_known_prior_P1_1e7.csv', columns);
      });

      it('states where observations are missing', async () => {
        const isMissing = (i: number) => (i >= 20 && i < 40) || (i >= 60 && i < 80);
        const copy = gapped('01_nile/data.csv', 'flow', isMissing);
        const { logLikelihood, n } = await fit('--series', copy, '--model', 'kalman', ...at, '--paths', paths());
        expect(n).toBe(60);
        expect(Math.abs(logLikelihood - -380.5870627753036)).toBeLessThan(1e-7);
        expectPaths('01_nile/expected_missing.csv', columns);
      });
    });

    describe('the local linear trend of the S&P 500:', () => {
      const { A_known: known, B_missing: missing } = json('02_llt/expected.json').cases;
      const given = [
        ...['--column', 'y', '--model', 'kalman', '--form', 'local-linear-trend'],
        ...['--prior-mean', known.a0.join(','), '--prior-variance', known.P0.join(',')],
        ...['--params', `level=${known.q_level},slope=${known.q_vel},observation=${known.R}`],
      ];
      const columns = [
        ['pred_level', 'pred_level'],
        ['pred_var_slope', 'Ppred22'],
        ['filt_slope', 'filt_vel'],
        ['filt_cov_level_slope', 'P12'],
        ['smooth_level', 'smooth_level'],
        ['smooth_cov_level_slope', 'V12'],
      ] as const;

      it.each([
        ['all observations', 'A_known_expected.csv', [], known.loglik],
        ['some missing', 'B_missing_expected.csv', missing.missing_indices_0based, missing.loglik],
      ] as const)('states and ln L of %s', async (_, file, gaps, expected) => {
        const copy = gapped('02_llt/data.csv', 'y_100_log_close', (i) => gaps.includes(i));
        const { logLikelihood } = await fit('--series', copy, ...given, '--paths', paths());
        expect(Math.abs(logLikelihood - expected)).toBeLessThan(1e-6);
        expectPaths(`02_llt/${file}`, columns);
      });
    });

    describe('two regimes of the S&P 500:', () => {
      const { gaussian_hmm: gaussian, umbrella } = json('04_regime/expected.json');
      const expected = gaussian['2state'];
      const spx = ['--series', path.join(REFERENCE, '04_regime/data_spx_returns_2007_2011.csv'), '--model', 'hmm'];
      const at = [0, 1].map((k) => `mu_${k}=${expected.mu[k]},sd_${k}=${expected.sd[k]}`).join(',');
      const moved = 'p_00=0.98,p_01=0.02,p_10=0.04,p_11=0.96';

      it('probabilities, likeliest path and ln L', async () => {
        const start = `start_0=${expected.pi[0]},start_1=${expected.pi[1]}`;
        const { logLikelihood } = await fit(...spx, '--params', `${at},${moved},${start}`, '--paths', paths());
        expect(Math.abs(logLikelihood - expected.loglik)).toBeLessThan(1e-9);
        const columns = ['pred_0', 'pred_1', 'filt_0', 'filt_1', 'smooth_0', 'smooth_1', 'viterbi'];
        expectPaths('04_regime/expected_hmm_2state.csv', [
          ...columns.map((name) => [name, name] as const),
          ['loglik', 'loglik_t'],
        ]);
        const atRest = await fit(...spx, '--params', `${at},${moved}`);
        expect(Math.abs(atRest.logLikelihood - expected.statsmodels_loglik_stationary)).toBeLessThan(1e-9);
      });

      it('the maximum likelihood estimates', async () => {
        const end = expected.after_200_em_steps;
        const found = await fit(...spx, '--plain');
        expect(found.converged).toBe(true);
        expect(Math.abs(found.logLikelihood - end.loglik)).toBeLessThan(1e-6);
        for (const k of [0, 1]) {
          expect(Math.abs((found.parameters[`mu_${k}`]?.value ?? NaN) - end.mu[k])).toBeLessThan(1e-4);
          expect(Math.abs((found.parameters[`sd_${k}`]?.value ?? NaN) - end.sd[k])).toBeLessThan(1e-4);
        }
      });

      it('the umbrella, whose chain starts a step before the first observation', async () => {
        const file = path.join(aitrader.folder, 'umbrella.csv');
        writeFileSync(file, ['umbrella', ...umbrella['obs (0=umbrella)'], ''].join('\n'));
        const model = ['--model', 'hmm', '--emissions', 'discrete', '--start', 'step-before'];
        const law = 'b0_0=0.9,b0_1=0.2,p_00=0.7,p_11=0.7,start_0=0.5';
        await fit('--series', file, ...model, '--params', law, '--paths', paths());
        const found = csv(paths());
        expect(worst(numbersIn(found, 'filt_0'), umbrella.filtered)).toBeLessThan(1e-12);
        expect(worst(numbersIn(found, 'smooth_0'), umbrella.smoothed)).toBeLessThan(1e-12);
      });
    });
  });
});
