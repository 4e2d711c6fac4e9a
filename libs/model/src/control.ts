import type { Timeframe } from './bar.ts';
import type { CorporateAction } from './corporate-action.ts';
import type { DataLevel } from './data-level.ts';
import type { Ticker } from './ids.ts';
import type { EpochMs } from './units.ts';

/** One value of a fitted model, by the name that the fit gives it. */
export interface ParameterValue {
  readonly name: string;
  readonly value: number;
}

/** What was fitted to one symbol. A later fit has another version; what was once recorded stays as it is. */
export interface ModelParameters {
  readonly symbol: Ticker;
  /** what was fitted, such as `garch` or `hmm` */
  readonly model: string;
  /** names these very values: the model and a hash of them */
  readonly version: string;
  /** of the bars that they were fitted to: a forecast of other bars has no use for them */
  readonly timeframe: Timeframe;
  /** close of the last bar that they were fitted to */
  readonly fittedTo: EpochMs;
  readonly values: readonly ParameterValue[];
}

/**
 * A command that changes behaviour. Its place in the recording's total order says from when: with the first interval after it.
 * - `halt` and `resume`: whether new orders may be approved
 * - `model-parameters`: forecasts from interval `t` on use these parameters, which know nothing of what comes after `t`
 * - `data-level`: how far the market's data can be relied on from the first interval after `t` on
 * - `corporate-actions`: each takes effect by its own dates, and is recorded before the first interval that it is in force in
 * - `end-of-bars`: no bar comes after the interval `t`
 */
export interface Control {
  readonly kind: 'halt' | 'resume' | 'model-parameters' | 'data-level' | 'corporate-actions' | 'end-of-bars';
  readonly t: EpochMs;
  readonly actor: string;
  readonly reason: string;
  /** none but with `model-parameters` */
  readonly parameters: readonly ModelParameters[];
  /** one with `data-level`, none with any other */
  readonly data: readonly DataLevel[];
  /** none but with `corporate-actions` */
  readonly actions: readonly CorporateAction[];
}
