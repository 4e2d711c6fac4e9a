import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { referencePath, withReference } from '../../../tools/testing/reference-data.ts';
import { commandUnderTest, type CommandUnderTest } from './testing/command-under-test.ts';

const DATA = referencePath('data');
const RUN_MS_MAX = 240_000;

interface Fit {
  readonly n: number;
  readonly parameters: Readonly<Record<string, { readonly value: number }>>;
  readonly converged: boolean;
}

withReference(DATA, 'fits regimes to real bars', () => {
  describe('regimes of real bars', () => {
    let aitrader: CommandUnderTest;
    beforeAll(async () => {
      aitrader = await commandUnderTest();
    }, RUN_MS_MAX);
    afterAll(() => aitrader.cleanUp());

    it.each([
      ['daily/lean_SPY_1d.csv.gz', 'gaussian'],
      ['daily/lean_AAPL_1d.csv.gz', 't'],
      ['minute/lean_AAPL_1m.csv.gz', 'gaussian'],
      ['minute/skender_SPY_1m_2020-12.csv.gz', 't'],
    ])(
      '%s, %s: calm, normal and turbulent, each of which lasts',
      async (file, emissions) => {
        const fit = await aitrader.json<Fit>(
          ...['fit', '--bars', path.join(DATA, file), '--model', 'hmm', '--emissions', emissions],
        );
        const of = (name: string): number => fit.parameters[name]?.value ?? NaN;
        expect(fit.converged).toBe(true);
        expect(fit.n).toBeGreaterThan(1000);
        expect(of('muVariance_1')).toBeGreaterThan(of('muVariance_0'));
        expect(of('muVariance_2')).toBeGreaterThan(of('muVariance_1'));
        // the innovation tells the same regimes apart as the variance
        expect(of('sd_1')).toBeGreaterThan(of('sd_0'));
        expect(of('sd_2')).toBeGreaterThan(of('sd_1'));
        for (const k of [0, 1, 2]) expect(of(`p_${k}${k}`)).toBeGreaterThan(0.8);
      },
      RUN_MS_MAX,
    );
  });
});
