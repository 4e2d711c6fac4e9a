import { describe, expect, it } from '@jest/globals';
import { ConfigurationError, SIMULATED_DEFAULTS } from '@aitrader/runtime-configuration';
import { trialsOf } from './grid.ts';

const of = (grid: unknown) => trialsOf(grid, 'grid.json', SIMULATED_DEFAULTS);

function problemsOf(grid: unknown): readonly string[] {
  try {
    of(grid);
  } catch (error) {
    if (error instanceof ConfigurationError) return error.problems;
    throw error;
  }
  return [];
}

describe('a grid', () => {
  it('is every combination of the values of its paths, the last one changing fastest', () => {
    const trials = of({ 'strategies.breakout.parameters.donchianBars': [30, 60], 'risk.kellyFraction': [0.1, 0.2] });
    expect(
      trials.map(({ index, config }) => [index, config.strategies[0]?.parameters['donchianBars'], config.risk.kellyFraction]),
    ).toEqual([
      [0, 30, 0.1],
      [1, 30, 0.2],
      [2, 60, 0.1],
      [3, 60, 0.2],
    ]);
    expect(trials[1]?.sets).toEqual({ 'strategies.breakout.parameters.donchianBars': 30, 'risk.kellyFraction': 0.2 });
  });

  it('leaves all that it does not name as the configuration has it', () => {
    const [trial] = of({ 'strategies.breakout.parameters.donchianBars': [31] });
    const [breakout] = SIMULATED_DEFAULTS.strategies;
    expect(trial?.config).toEqual({
      ...SIMULATED_DEFAULTS,
      strategies: [{ ...breakout, parameters: { ...breakout?.parameters, donchianBars: 31 } }],
    });
  });

  it('may be a list of parts of configurations', () => {
    const trials = of([{}, { risk: { kellyFraction: 0.2 } }, { strategies: [{ name: 'momentum' }] }]);
    expect(trials.map(({ sets }) => sets)).toEqual([{}, { 'risk.kellyFraction': 0.2 }, { strategies: [{ name: 'momentum' }] }]);
    expect(trials[0]?.config).toEqual(SIMULATED_DEFAULTS);
    expect(trials[2]?.config.strategies[0]?.kind).toBe('momentum');
  });

  it('may try kinds of strategies and parts that the configuration does not have', () => {
    const trials = of({ 'strategies.breakout.kind': ['breakout', 'momentum'], 'scanner.top': [3] });
    expect(trials.map(({ config }) => [config.strategies[0]?.kind, config.scanner?.top])).toEqual([
      ['breakout', 3],
      ['momentum', 3],
    ]);
  });

  it('names every path and value that is wrong at once', () => {
    expect(
      problemsOf({
        'strategies.breakot.parameters.donchianBars': [20],
        'strategies.breakout.parameters.donchianBars': ['x', 60, 60],
        'strategies.breakout': [1],
        'risk.kellyFraction': [0.1, 7],
        'risk.foo': [1],
        'risk..kellyFraction': [1],
        probability: 3,
        'broker.followsBars': [false],
      }),
    ).toEqual([
      '"strategies.breakot.parameters.donchianBars": 20: there is no strategy of the name "breakot": there are "breakout"',
      expect.stringMatching(/^"strategies\.breakout\.parameters\.donchianBars": "x": .*got "x"$/),
      '"strategies.breakout.parameters.donchianBars": 60 is in the list before',
      '"strategies.breakout": 1: names a strategy, and not what of it is to be tried',
      expect.stringMatching(/^"risk\.kellyFraction": 7: risk\.kellyFraction: .*got 7$/),
      '"risk.foo": 1: unknown key "risk.foo"',
      '"risk..kellyFraction": 1: is no path of the configuration',
      '"probability": expected a list of values, got 3',
      expect.stringMatching(/^"broker\.followsBars": false: .*cannot be played in one process$/),
    ]);
  });

  it('names the trial of a list that is wrong, and trials that are the same', () => {
    expect(
      problemsOf([{ risk: { kellyFraction: 0.2 } }, { risk: { kellyFraction: 2 } }, { risk: { kellyFraction: 0.2 } }]),
    ).toEqual([
      expect.stringMatching(/^trial 2 \(risk\.kellyFraction 2\): risk\.kellyFraction: .*got 2$/),
      'trial 3 has the configuration of trial 1',
    ]);
    expect(problemsOf([3])).toEqual(['trial 1: expected a part of a configuration, got 3']);
  });

  it.each([
    [{}, 'there is no path in it, so that there is nothing to try'],
    [[], 'there must be 1 to 10000 trials, got 0'],
    ['x', 'expected paths with lists of values, got "x"'],
    [{ 'risk.kellyFraction': [] }, '"risk.kellyFraction": expected a list of values, got []'],
    [{ '__proto__.polluted': [1], 'risk.kellyFraction': [0.1] }, undefined],
  ])('of nothing is refused: %j', (grid, problem) => {
    expect(problemsOf(grid)).toEqual(problem === undefined ? expect.anything() : [problem]);
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  });

  it('is refused when it has too many trials', () => {
    const values = Array.from({ length: 101 }, (_, i) => i / 1000 + 0.01);
    expect(problemsOf({ 'risk.kellyFraction': values, 'risk.edgeError': values })).toEqual([
      'there must be 1 to 10000 trials, got 10201',
    ]);
  });
});
