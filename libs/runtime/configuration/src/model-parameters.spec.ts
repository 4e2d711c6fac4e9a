import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import { loadModelParameters, type ParametersEntry } from './index.ts';

const ENTRY: ParametersEntry = {
  symbol: 'BRK.B',
  model: 'garch',
  version: 'garch(1,1)-normal/0011',
  timeframe: '1d',
  fittedFrom: 1,
  fittedTo: 2,
  n: 250,
  values: { omega: 0.1, beta: 0.8 },
  logLikelihood: -1,
  converged: true,
};

describe('a file of fitted parameters, given to a run', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'parameters-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  const fileOf = (...entries: readonly object[]): string => {
    const file = path.join(folder, 'p.json');
    writeFileSync(file, JSON.stringify({ version: 1, parameters: entries }));
    return file;
  };

  it('is read as facts, in the order of the fit, with the hash of the file', async () => {
    const { parameters, source } = await loadModelParameters(fileOf(ENTRY));
    const values = [
      { name: 'omega', value: 0.1 },
      { name: 'beta', value: 0.8 },
    ];
    const { symbol, model, version, timeframe, fittedTo } = ENTRY;
    expect(parameters).toEqual([{ symbol, model, version, timeframe, fittedTo, values }]);
    expect(source.sha256).toMatch(/^[0-9a-f]{64}$/);
  });

  it.each([
    [{ ...ENTRY, fittedTo: null }, /p\.json: parameters\.0 \(garch of BRK\.B\)\.fittedTo: was fitted to no bars, got null/],
    [{ ...ENTRY, converged: false }, /parameters\.0 \(garch of BRK\.B\)\.converged: .*got false/],
    [{ ...ENTRY, values: { omega: '1' } }, /parameters\.0\.values\.omega: .*got "1"/],
    [{ ...ENTRY, timeframe: '2m' }, /parameters\.0\.timeframe: .*got "2m"/],
    [{ ...ENTRY, symbol: 'a column' }, /a column/],
  ])('is refused by file, field and value: %j', async (entry, says) => {
    await expect(loadModelParameters(fileOf(entry))).rejects.toThrow(says);
  });
});
