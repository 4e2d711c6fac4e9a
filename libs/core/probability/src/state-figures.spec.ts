import { describe, expect, it } from '@jest/globals';
import { CALIBRATED_PROBABILITY as CONFIG, item, newStateSlice, STATE_COLUMNS } from '@aitrader/model';
import { type GoldenInterval, type GoldenRun, intervalsOf, readGolden } from '../test/golden-figures.ts';
import { probabilityStage } from './probability-stage.ts';
import { DERIVED_FIGURES, figuresOf, newFigureWalk, walkFigures } from './state-figures.ts';

const { calibrationHalfLifeBars, runs } = readGolden();
const NAMES = [...STATE_COLUMNS, ...DERIVED_FIGURES].map(({ name }) => name);

/** The figures of a run that the golden file has, row by row. */
const recorded = ({ figures, t }: GoldenRun): Record<string, number>[] =>
  t.map((_, row) => Object.fromEntries(NAMES.map((name) => [name, figures[name]?.[row] ?? NaN])));

describe('figures of a state', () => {
  it('are columns, or follow from them: no other was ever shown', () => {
    for (const { figures } of runs) expect(Object.keys(figures).sort()).toEqual([...NAMES].sort());
    const [{ bars, states }] = intervalsOf(item(runs, 0)) as [GoldenInterval];
    const walk = newFigureWalk(calibrationHalfLifeBars);
    walkFigures(walk, bars, states);
    const shown = figuresOf(walk, bars, states, item(bars.symbols, 0));
    expect(Object.keys(shown)).toEqual(Object.keys(item(runs, 0).figures));
  });

  it.each(runs)('are those that the second version carried, to the last unit ($timeframe)', (run) => {
    const walk = newFigureWalk(calibrationHalfLifeBars);
    const followed: unknown[] = [];
    for (const { bars, states, rows } of intervalsOf(run)) {
      walkFigures(walk, bars, states);
      rows.forEach((row, i) => (followed[row] = figuresOf(walk, bars, states, item(bars.symbols, i))));
    }
    expect(followed).toEqual(recorded(run));
  });

  it('are in their units whatever the model of today says of the same bars', () => {
    for (const run of runs) {
      const state = probabilityStage.initial(CONFIG);
      const walk = newFigureWalk(calibrationHalfLifeBars);
      const emit = newStateSlice(0, 1);
      for (const { bars } of intervalsOf(run)) {
        probabilityStage.apply(state, { bars, control: [] }, emit);
        walkFigures(walk, bars, emit);
        for (const symbol of bars.symbols)
          expect(Object.values(figuresOf(walk, bars, emit, symbol)).every(Number.isSafeInteger)).toBe(true);
      }
    }
  });

  it('leaves out what is not known of a run that is walked from its middle on', () => {
    const walk = newFigureWalk(calibrationHalfLifeBars);
    const known = intervalsOf(item(runs, 1))
      .slice(50)
      .flatMap(({ bars, states }) => {
        walkFigures(walk, bars, states);
        return bars.symbols.map((symbol) => Object.keys(figuresOf(walk, bars, states, symbol)));
      });
    expect(known.some((names) => names.includes('crps'))).toBe(true);
    expect(known.some((names) => names.includes('meanCrps'))).toBe(false);
    const always = [...STATE_COLUMNS.map(({ name }) => name), 'predictiveMean', 'predictiveSd', 'normal'];
    expect(item(known, 0).toSorted()).toEqual(always.toSorted());
  });
});
