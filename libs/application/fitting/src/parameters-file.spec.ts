import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { parametersFileFrom, type ParametersEntry } from '@aitrader/runtime-configuration';
import { latestOf, merged, readParametersFile, versionOf, writeParametersFile } from './parameters-file.ts';

const entry = (symbol: string, model: string, omega: number, converged = true): ParametersEntry => ({
  symbol,
  model,
  version: versionOf(model, { omega }),
  timeframe: '1d',
  fittedFrom: 1,
  fittedTo: 2,
  n: 100,
  values: { omega },
  logLikelihood: -1,
  converged,
});

describe('a parameters file', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'parameters-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it('holds what was written, and nothing else is left beside it', async () => {
    const file = path.join(folder, 'p.json');
    expect(await readParametersFile(file)).toEqual([]);
    const entries = [entry('A', 'garch', 1), { ...entry('x', 'hmm', 2), timeframe: null, fittedFrom: null, fittedTo: null }];
    await writeParametersFile(file, entries);
    expect(await readParametersFile(file)).toEqual(entries);
    expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual({ version: 1, parameters: entries });
    expect(readdirSync(folder)).toEqual(['p.json']);
    await expect(writeParametersFile(path.join(folder, 'none', 'p.json'), entries)).rejects.toThrow('cannot be written');
  });

  it('takes a fit in the place of the one to the same bars, and keeps other symbols and models', () => {
    const old = [entry('A', 'garch', 1), entry('A', 'gjr', 1), entry('B', 'garch', 1)];
    const { entries, taken } = merged(old, [entry('A', 'garch', 2), entry('C', 'garch', 3)]);
    expect(entries.map(({ symbol, model, values }) => [symbol, model, values['omega']])).toEqual([
      ['A', 'garch', 2],
      ['A', 'gjr', 1],
      ['B', 'garch', 1],
      ['C', 'garch', 3],
    ]);
    expect(taken.map(({ replaced, isKept }) => [replaced?.values['omega'], isKept])).toEqual([
      [1, false],
      [undefined, false],
    ]);
  });

  it('takes a fit to other bars beside those before, which it knows', () => {
    const old = [
      { ...entry('A', 'garch', 1), fittedTo: 5 },
      { ...entry('A', 'garch', 2), fittedTo: 3 },
    ];
    const fits = [4, 9].map((fittedTo) => ({ ...entry('A', 'garch', fittedTo), fittedTo }));
    const { entries, taken } = merged(old, fits);
    expect(entries.map(({ fittedTo }) => fittedTo)).toEqual([5, 3, 4, 9]);
    expect(taken.map(({ replaced, before }) => [replaced, before?.fittedTo])).toEqual([
      [undefined, 3],
      [undefined, 5],
    ]);
    expect(latestOf(entries, 'A', 'garch', 8)?.fittedTo).toBe(5);
    expect(latestOf(entries, 'A', 'garch', 2)).toBeUndefined();
    expect(latestOf(entries, 'A', 'gjr', 9)).toBeUndefined();
  });

  it('takes no fit that did not converge', () => {
    const old = [entry('A', 'garch', 1)];
    const { entries, taken } = merged(old, [entry('A', 'garch', 2, false), entry('B', 'garch', 2, false)]);
    expect(entries).toEqual(old);
    expect(taken.map(({ isKept, before }) => [isKept, before?.values['omega']])).toEqual([
      [true, 1],
      [true, undefined],
    ]);
  });

  it('has a version for the same values of the same model', () => {
    expect(versionOf('garch(1,1)-normal', { omega: 1 })).toBe(versionOf('garch(1,1)-normal', { omega: 1 }));
    expect(versionOf('garch(1,1)-normal', { omega: 1 })).not.toBe(versionOf('garch(1,1)-normal', { omega: 1.0000000001 }));
    expect(versionOf('two words', { omega: 1 })).toMatch(/^two-words\/[0-9a-f]{16}$/);
  });

  it.each([
    ['{', 'p.json: is no JSON'],
    ['[]', 'the whole: '],
    ['{"version":2,"parameters":[]}', 'got 2'],
    ['{"version":1}', 'parameters: '],
    ['{"version":1,"parameters":[1]}', 'parameters.0: '],
    ['{"version":1,"parameters":[1]}', 'got 1'],
    ['{"version":1,"parameters":[{"symbol":""}]}', 'parameters.0.symbol: '],
    ['{"version":1,"parameters":[{"symbol":""}]}', 'got ""'],
    [
      JSON.stringify({ version: 1, parameters: [{ ...entry('A', 'garch', 1), values: { omega: '1' } }] }),
      'parameters.0.values.omega: ',
    ],
    [JSON.stringify({ version: 1, parameters: [{ ...entry('A', 'garch', 1), converged: 1 }] }), 'parameters.0.converged: '],
    [JSON.stringify({ version: 1, parameters: [{ ...entry('A', 'garch', 1), surplus: 1 }] }), 'surplus'],
  ])('is refused by file, field and value when it is none: %s', (text, says) => {
    expect(() => parametersFileFrom('p.json', Buffer.from(text))).toThrow('p.json');
    expect(() => parametersFileFrom('p.json', Buffer.from(text))).toThrow(says);
  });
});
