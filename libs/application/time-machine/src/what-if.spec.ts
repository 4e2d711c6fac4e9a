import { describe, expect, it } from '@jest/globals';
import { STRATEGY_CATALOGUE } from '@aitrader/core-strategies';
import { item } from '@aitrader/model';
import { BELIEVING as CONFIG } from '../../../../tools/testing/believing.ts';
import { changed, figuresOf, figuresUnder, LEFT_OUT, STRATEGY_KINDS } from './what-if.ts';

describe('figures of a configuration', () => {
  it('are all that are numbers, by their path', () => {
    const figures = new Map(figuresOf(CONFIG).map(({ path, value }) => [path, value]));
    expect(figures.get('risk.kellyFraction')).toBe(CONFIG.risk.kellyFraction);
    expect(figures.get('risk.regimeBudget.calm')).toBe(CONFIG.risk.regimeBudget.calm);
    expect(figures.get('strategies.0.parameters.stopAtr')).toBe(CONFIG.strategies[0]?.parameters['stopAtr']);
    expect([...figures.keys()].some((path) => path.startsWith('scanner'))).toBe(false);
  });

  it('are changed in a copy', () => {
    const other = changed(CONFIG, [{ path: 'risk.kellyFraction', value: 0.1 }]);
    expect(other.risk).toEqual({ ...CONFIG.risk, kellyFraction: 0.1 });
    expect(CONFIG.risk.kellyFraction).not.toBe(0.1);
    expect(changed(CONFIG, [])).toEqual(CONFIG);
  });

  it.each(['risk', 'risk.nothing', 'risk.kellyFraction.more', 'strategies.9.parameters.stopAtr', 'strategies.0.name', ''])(
    'are no others: %s',
    (path) => {
      expect(() => changed(CONFIG, [{ path, value: 1 }])).toThrow(`${path}: is no figure`);
    },
  );
});

describe('strategies of a configuration', () => {
  const [first] = CONFIG.strategies;
  const usual = (kind: string) =>
    Object.fromEntries(Object.entries(STRATEGY_CATALOGUE[kind] ?? {}).map(([name, rule]) => [name, rule.usual]));

  it.each(STRATEGY_KINDS)('take the place of another, with the usual parameters and a name of their own: %s', (kind) => {
    const { strategies } = changed(CONFIG, [{ path: 'strategies.0.kind', value: kind }]);
    expect(strategies[0]).toEqual({ name: `${kind}-what-if-0`, kind, parameters: usual(kind) });
    expect(strategies.slice(1)).toEqual(CONFIG.strategies.slice(1));
    expect(CONFIG.strategies[0]).toBe(first);
  });

  it('come behind the last, and go, while figures find them by the place that they had', () => {
    const end = CONFIG.strategies.length;
    const swapped = [
      { path: 'strategies.0.kind', value: LEFT_OUT },
      { path: `strategies.${end}.kind`, value: 'momentum' },
    ];
    const [name, value] = item(Object.entries(usual('momentum')), 0);
    const path = `strategies.${end}.parameters.${name}`;
    expect(figuresUnder(CONFIG, swapped)).toContainEqual({ path, value });
    expect(figuresUnder(CONFIG, swapped).some((figure) => figure.path.startsWith('strategies.0.'))).toBe(false);
    const { strategies } = changed(CONFIG, [{ path, value: value + 1 }, ...swapped]);
    expect(strategies.map(({ kind }) => kind)).toEqual([...CONFIG.strategies.slice(1).map(({ kind }) => kind), 'momentum']);
    expect(strategies.at(-1)?.parameters).toEqual({ ...usual('momentum'), [name]: value + 1 });
  });

  it.each([
    [{ path: 'strategies.0.kind', value: 'no-kind' }, 'kind is no-kind, not one of'],
    [{ path: 'strategies.9.kind', value: 'momentum' }, 'strategies.9.kind: is no place of a strategy'],
    [{ path: 'strategies.0.kind', value: 1 }, 'strategies.0.kind: is no place of a strategy'],
    [{ path: 'strategies.0.parameters.stopAtr', value: -1 }, 'parameters.stopAtr is -1, not a number from'],
    [{ path: 'risk.kellyFraction', value: -1 }, 'risk.kellyFraction: '],
    [{ path: 'risk.kellyFraction', value: 'momentum' }, 'risk.kellyFraction: is no figure'],
  ])('and figures are refused that a run may not have: %j', (change, words) => {
    expect(() => changed(CONFIG, [change])).toThrow(words);
  });
});
