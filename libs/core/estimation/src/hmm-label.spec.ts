import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { firstLabel, LABEL_SETTINGS, nextLabel, requireLabelSettings, type LabelState } from './hmm-label.ts';

const after = (bars: readonly number[][], from: LabelState = { label: 0, candidate: null, bars: 0 }): number[] => {
  let state = from;
  return bars.map((law) => {
    state = nextLabel(state, Float64Array.from(law), LABEL_SETTINGS);
    return state.label;
  });
};

describe('the label of the regime', () => {
  it('begins with the likeliest', () => {
    expect(firstLabel(Float64Array.of(0.2, 0.5, 0.3)).label).toBe(1);
    expect(firstLabel(Float64Array.of(0.4, 0.4, 0.2)).label).toBe(0);
  });

  it('switches at the third bar above the threshold', () => {
    const sure = [0.1, 0.8, 0.1];
    expect(after([sure, sure, sure, sure])).toEqual([0, 0, 1, 1]);
  });

  it('begins to count again after a bar at the threshold, or one for another regime', () => {
    const sure = [0.1, 0.8, 0.1];
    const other = [0.1, 0.1, 0.8];
    expect(after([sure, sure, [0.3, 0.7, 0], sure, sure, sure])).toEqual([0, 0, 0, 0, 0, 1]);
    expect(after([sure, sure, other, other, sure, sure, sure])).toEqual([0, 0, 0, 0, 0, 0, 1]);
  });

  it('never switches more often than every third bar', () => {
    const law = fc.double({ noNaN: true, min: 0, max: 1 }).map((p) => [p, 1 - p]);
    fc.assert(
      fc.property(fc.array(law, { maxLength: 60 }), (bars) => {
        const labels = after(bars);
        const switches = labels.flatMap((label, t) => (label === (labels[t - 1] ?? 0) ? [] : [t]));
        switches.slice(1).forEach((t, i) => expect(t - (switches[i] ?? 0)).toBeGreaterThanOrEqual(LABEL_SETTINGS.bars));
      }),
    );
  });

  it('needs a threshold that one regime at most can pass', () => {
    expect(() => requireLabelSettings(LABEL_SETTINGS)).not.toThrow();
    expect(() => requireLabelSettings({ probabilityMin: 0.4, bars: 3 })).toThrow('0.4');
    expect(() => requireLabelSettings({ probabilityMin: 0.7, bars: 0 })).toThrow('got 0');
  });
});
