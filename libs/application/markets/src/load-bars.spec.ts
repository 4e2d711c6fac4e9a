import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { sampleMarket } from '@aitrader/core-market';
import { item, read } from '@aitrader/model';
import { loadBars } from './load-bars.ts';

const market = sampleMarket();
const LAST = read(market.t, market.count - 1);
const MINUTE_MS = 60_000;
const VALUES = { mu: 0, omega: 0.001, alpha: 0.1, beta: 0.8 };

const fit = (symbol: string, fittedTo: number, model = 'garch'): object => ({
  symbol,
  model,
  version: `${model}/1`,
  timeframe: '1m',
  fittedFrom: 0,
  fittedTo,
  n: 400,
  values: VALUES,
  logLikelihood: 0,
  converged: true,
});

describe('fitted parameters beside the bars', () => {
  let folder = '';
  beforeAll(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'aitrader-parameters-'));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  const ours = item(market.symbols, 0);
  const load = (...parameters: readonly object[]): Promise<number> => {
    const file = path.join(folder, 'fits.json');
    writeFileSync(file, JSON.stringify({ version: 1, parameters }));
    const noBus = (): Promise<never> => Promise.reject(new Error('the sample needs no bus'));
    return loadBars({ kind: 'sample', parameters: file }, noBus).then((loaded) => loaded.parameters.length);
  };

  it('may be more than the run has a use for', async () => {
    await expect(load(fit(ours, LAST - MINUTE_MS), fit('ELSE', 0), fit(ours, LAST), fit(ours, 0, 'kalman'))).resolves.toBe(4);
  });

  it('are refused when not one is of use, since the run would not be the one that was asked for', async () => {
    const others = load(fit('ELSE', 0), fit('OTHER', 0));
    await expect(others).rejects.toThrow('none is of a symbol that these bars have: they are of ELSE, OTHER');
    await expect(load()).rejects.toThrow('they are of nothing');
    await expect(load(fit(ours, LAST))).rejects.toThrow('none would change a forecast of these bars');
    await expect(load(fit(ours, 0, 'kalman'))).rejects.toThrow('none would change a forecast of these bars');
  });
});
