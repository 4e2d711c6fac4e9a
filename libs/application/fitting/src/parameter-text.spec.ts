import { describe, expect, it } from '@jest/globals';
import { parametersFrom } from './parameter-text.ts';

const parse = (text: string, symbol: string | null = null, model = 'garch') => parametersFrom('--params', text, model)(symbol);

describe('parameters on the command line', () => {
  it('are pairs, JSON numbers, or what the command printed', () => {
    const expected = { omega: 0.1, alpha: -2e-3 };
    expect(parse(' omega = 0.1 , alpha=-2e-3')).toEqual(expected);
    expect(parse('{"omega": 0.1, "alpha": -0.002}')).toEqual(expected);
    expect(parse('{"model":"garch","n":3,"parameters":{"omega":{"value":0.1,"seOpg":null},"alpha":{"value":-0.002}}}')).toEqual(
      expected,
    );
  });

  it('are those of the symbol and model in a document of several and in a parameters file', () => {
    const fits =
      '{"fits":[{"symbol":"A","model":"garch","parameters":{"omega":{"value":1}}},{"symbol":"B","error":"too short"}]}';
    expect(parse(fits, 'A')).toEqual({ omega: 1 });
    expect(parse(fits, 'C')).toBeUndefined();
    const file =
      '{"version":1,"parameters":[{"symbol":"A","model":"gjr","values":{"omega":1}},{"symbol":"A","model":"garch","values":{"omega":2}}]}';
    expect(parse(file, 'A')).toEqual({ omega: 2 });
    expect(parse(file, 'A', 'hmm')).toBeUndefined();
  });

  it('are those fitted to the latest bars, whatever the order in the file', () => {
    const one = (fittedTo: number | null, omega: number) => ({ symbol: 'A', model: 'garch', fittedTo, values: { omega } });
    const file = (...list: readonly object[]) => JSON.stringify({ version: 1, parameters: list });
    expect(parse(file(one(5, 1), one(9, 2), one(7, 3)), 'A')).toEqual({ omega: 2 });
    expect(parse(file(one(null, 1), one(9, 2), { ...one(99, 3), symbol: 'B' }), 'A')).toEqual({ omega: 2 });
  });

  it.each([
    ['omega', '"omega" is not of the form name=value'],
    ['omega=x', 'omega is "x", which is no number'],
    ['omega=', 'omega is "", which is no number'],
    ['omega=1,omega=2', 'omega is given twice'],
    ['{"omega":"1"}', 'omega is "1", which is no number'],
    ['{"omega":', '--params is no JSON'],
    ['{"parameters":7}', 'parameters must be an object'],
    ['{"model":"hmm","parameters":{}}', 'holds parameters of hmm, not of garch'],
    ['{"risk":{"kellyFraction":0.1}}', '--params holds a run configuration, not parameters of garch'],
  ])('are refused by name and value: %s', (text, says) => {
    expect(() => parse(text)).toThrow(says);
  });
});
