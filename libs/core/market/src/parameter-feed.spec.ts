import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { epochMs, ticker, type Control, type ModelParameters } from '@aitrader/model';
import { newParameterFeed, parametersDue, skipParameters } from './index.ts';

const fitted = (symbol: string, model: string, fittedTo: number, value = 1): ModelParameters => ({
  symbol: ticker(symbol),
  model,
  version: `${model}/${value}`,
  timeframe: '1d',
  fittedTo: epochMs(fittedTo),
  values: [{ name: 'omega', value }],
});
const some = fc.array(
  fc.record({ symbol: fc.constantFrom('A', 'B', 'BRK.B'), model: fc.constantFrom('garch', 'hmm'), fittedTo: fc.nat(9) }),
);

describe('parameters as commands of a feed', () => {
  it('come after the last bar that they were fitted to, and before the next one', () => {
    fc.assert(
      fc.property(some, fc.array(fc.nat(12)), (parameters, times) => {
        const feed = newParameterFeed(
          parameters.map(({ symbol, model, fittedTo }) => fitted(symbol, model, fittedTo)),
          'ingest',
          -Infinity,
        );
        const given: Control[] = [];
        for (const t of [...new Set(times)].sort((a, b) => a - b)) {
          const due = parametersDue(feed, epochMs(t));
          for (const command of due) expect(command.t).toBeLessThan(t);
          given.push(...due);
          const known = new Set(parameters.filter(({ fittedTo }) => fittedTo < t).map(({ fittedTo }) => fittedTo));
          expect(given.map((command) => command.t)).toEqual([...known].sort((a, b) => a - b));
        }
      }),
    );
  });

  it('are the same whatever the order of the parameters, and the last fit of a model to a symbol counts', () => {
    const parameters = [fitted('B', 'garch', 5), fitted('A', 'hmm', 5), fitted('A', 'garch', 3), fitted('A', 'garch', 5)];
    const { commands } = newParameterFeed(parameters, 'ingest', -Infinity);
    expect(newParameterFeed(parameters.toReversed(), 'ingest', -Infinity).commands).toEqual(commands);
    expect(commands.map(({ t, parameters: of }) => [t, ...of.map(({ symbol, model }) => `${symbol} ${model}`)])).toEqual([
      [3, 'A garch'],
      [5, 'A garch', 'A hmm', 'B garch'],
    ]);
    const twice = newParameterFeed([fitted('A', 'garch', 5, 1), fitted('A', 'garch', 5, 2)], 'ingest', -Infinity).commands;
    expect(twice.flatMap(({ parameters: of }) => of.map(({ version }) => version))).toEqual(['garch/2']);
  });

  it('go on behind those that a recording holds already', () => {
    const feed = newParameterFeed(
      [fitted('A', 'garch', 1), fitted('A', 'garch', 3), fitted('A', 'garch', 5)],
      'ingest',
      -Infinity,
    );
    skipParameters(feed, 3);
    expect(parametersDue(feed, epochMs(9)).map(({ t }) => t)).toEqual([5]);
    expect(parametersDue(feed, epochMs(10))).toEqual([]);
  });

  it('leave out what a later fit takes the place of before the first interval', () => {
    const early = [1, 2, 3].flatMap((t) => [fitted('A', 'garch', t), fitted('A', 'hmm', t)]);
    const { commands } = newParameterFeed([...early, fitted('B', 'garch', 1), fitted('A', 'garch', 5)], 'ingest', 3);
    expect(commands.map(({ t, parameters: of }) => [t, ...of.map(({ symbol, model }) => `${symbol} ${model}`)])).toEqual([
      [1, 'B garch'],
      [2, 'A garch', 'A hmm'],
      [3, 'A garch', 'A hmm'],
      [5, 'A garch'],
    ]);
  });
});
