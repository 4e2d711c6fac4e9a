import { PPM, REGIMES, STATE_FLAG, type RiskConfig, type Signal } from '@aitrader/model';
import { kellyFractionOf } from '../kelly.ts';
import { perShare } from '../situation.ts';
import { atLeast, atMost, sizes } from '../verdict.ts';

/*
 * Whether the belief is worth an order, and of what size. Operators' orders have none.
 */

/** A gap is no reason by itself: the filter has widened its variance for it. Every other flag is, one not known yet too. */
export const stateFlags = atMost<Signal>('STATE_FLAGS', 'flags', (_, { stateFlags: flags }) => ({
  value: flags === STATE_FLAG.GAP ? 0 : flags,
  limit: 0,
}));

/** A model is believed only after it was put to the test, symbol by symbol and session by session … */
export const calibrationBars = atLeast<Signal>('CALIBRATION_BARS', 'count', ({ state: { config } }, { scored }) => ({
  value: scored,
  limit: config.calibrationBarsMin,
}));

/** … and only while its intervals hold what they claim to. */
export const calibration = atLeast<Signal>('CALIBRATION', 'ppm', ({ state: { config } }, { coverage95Ppm }) => ({
  value: coverage95Ppm,
  limit: Math.ceil(config.coverage95Min * PPM),
}));

/** Share of the stake that the regime and the calibration leave; NaN when either is not known. */
function budgetOf({ regimeBudget, coverage95Full, poorCalibrationBudget }: RiskConfig, signal: Signal): number {
  const regime = REGIMES[signal.regime];
  const shortfall = coverage95Full * PPM - signal.coverage95Ppm;
  const held = shortfall <= 0 ? 1 : shortfall > 0 ? 0 : NaN;
  const trust = poorCalibrationBudget + (1 - poorCalibrationBudget) * held;
  return regime === undefined ? NaN : regimeBudget[regime] * trust;
}

/** More than any account: a stake beyond it is cut to what the figures can hold. */
const STAKE_MAX = Number.MAX_SAFE_INTEGER - 1;

/** What Kelly would stake must pay for a share: no edge, no stake. Turbulence and a poor model make it smaller. */
export const kelly = sizes<Signal>('KELLY', 'cash', ({ state: { config }, equity }, signal) => {
  const full = kellyFractionOf(signal.forward, signal.direction, config.kellyFraction, config.edgeError);
  const fraction = full * budgetOf(config, signal);
  return { value: Math.min(Math.floor(fraction * equity), STAKE_MAX), limit: perShare(signal) };
});
