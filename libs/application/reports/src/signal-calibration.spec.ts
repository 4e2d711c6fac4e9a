import { describe, expect, it } from '@jest/globals';
import { newYorkInstant } from '@aitrader/core-sessions';
import { E8, ids, price, QUANTILE_LEVELS, ticker, type EpochMs, type Signal } from '@aitrader/model';
import { newInterval, type Interval } from '@aitrader/runtime-engine';
import { SignalCalibration } from './signal-calibration.ts';

const SYN = ticker('SYN01');
const OPEN = 9.5 * 60;
const at = (minute: number): EpochMs => newYorkInstant('2024-07-03', OPEN + minute);

/** A law whose quantiles lie at their levels less a half, in per cent. */
const QUANTILES = QUANTILE_LEVELS.map((level) => Math.round(((level - 0.5) / 100) * E8));

const signalAt = (minute: number, more: Partial<Signal> = {}): Signal => ({
  ...{ id: ids.signal(`${minute}`), t: at(minute), symbol: SYN, strategy: 'breakout', direction: 1, reference: price(1_000_000) },
  ...{ stop: price(990_000), target: price(1_010_000), horizonMinutes: 3, holdMinutes: null },
  ...{ forward: { meanE8: 0, sdE8: 1, dofMilli: 5_000, quantilesE8: QUANTILES }, velocityUpPpm: 0, volatilityE8: 1 },
  ...{ regimePpm: [1, 0, 0], regime: 0, coverage95Ppm: 0, scored: 0, model: '', stateFlags: 0, ...more },
});

function interval(minute: number, close: number | null, signals: readonly Signal[] = []): Interval {
  const made = newInterval(1, '1m');
  made.t = at(minute);
  const [bars] = made.bars;
  const [spoken] = made.signals;
  if (bars === undefined || spoken === undefined) throw new Error('an interval has a shard');
  bars.t = made.t;
  if (close !== null) {
    bars.count = 1;
    bars.symbols[0] = SYN;
    bars.close[0] = close;
  }
  spoken.signals = [...signals];
  return made;
}

function fared(...intervals: readonly Interval[]) {
  const calibration = new SignalCalibration();
  for (const each of intervals) calibration.add(each);
  return calibration.current();
}

describe('what signals said of their horizon', () => {
  it('is held against the close at its end, and counted in the intervals that held it', () => {
    // 0.3 % up lies beyond the quartiles and within 80 %
    const groups = fared(interval(1, 100, [signalAt(1)]), interval(2, 100), interval(3, 105), interval(4, 100.3));
    expect(groups).toEqual([
      { of: 'all', group: 'all signals', signals: 1, within: [0, 1, 1], below: 0 },
      { of: 'strategy', group: 'breakout', signals: 1, within: [0, 1, 1], below: 0 },
      { of: 'regime and part of the day', group: 'calm, first half hour', signals: 1, within: [0, 1, 1], below: 0 },
    ]);
  });

  it('is held against the last close before, where the symbol has none at its end', () => {
    const [all] = fared(interval(1, 100, [signalAt(1)]), interval(3, 99.9), interval(4, null), interval(5, 120));
    expect(all).toMatchObject({ signals: 1, within: [1, 1, 1], below: 1 });
  });

  it('is not counted before its end, nor of what came after', () => {
    expect(fared(interval(1, 100, [signalAt(1)]), interval(3, 100))).toEqual([]);
  });

  it('is told by strategy, regime and part of the day', () => {
    const said = [signalAt(200, { strategy: 'reversion', regime: 2 }), signalAt(200)];
    const groups = fared(interval(200, 100, said), interval(203, 100)).map(({ group, signals }) => `${group}: ${signals}`);
    expect(groups).toEqual([
      'all signals: 2',
      'breakout: 1',
      'reversion: 1',
      'calm, last half hour: 1',
      'turbulent, last half hour: 1',
    ]);
  });
});
