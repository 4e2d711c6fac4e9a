import { describe, expect, it } from '@jest/globals';
import { BELIEVING as CONFIG } from '../../../../tools/testing/believing.ts';
import { changed, figuresOf } from './configuration.ts';

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
