import { setFlagsFromString } from 'node:v8';
import type { Stage, Ticker } from '@aitrader/model';

/**
 * Stages are many small functions over typed arrays. The compiler's usual budget for inlining (920) ends in the middle of a bar, and
 * what is left is calls: four times as much is worth 8 % of the probability stage's speed, eight times no more. Results do not depend
 * on it.
 */
const DEEP_INLINING = '--max-inlined-bytecode-size-cumulative=4000';

/** A stage with its configuration and its state: what a host drives. */
export interface BoundStage<Input, Emit> {
  readonly apply: (input: Input, emit: Emit) => void;
  /** the live state: plain data, to be stored before the next `apply` changes it */
  readonly snapshot: () => unknown;
  /** takes back a state that `snapshot` gave, after a trip through storage */
  readonly restore: (state: unknown) => void;
  /** what a state is made of, and in which version */
  readonly layout: string;
  /** begins with what the stage's instances knew at the end of another run, of the same layout; see {@link Stage} */
  readonly goOn: (ended: readonly unknown[], owns: (symbol: Ticker) => boolean) => void;
}

/** Binds a stage to a configuration, at its initial state. */
export function bindStage<Config, State, Input, Emit>(
  stage: Stage<Config, State, Input, Emit>,
  config: Config,
): BoundStage<Input, Emit> {
  setFlagsFromString(DEEP_INLINING);
  let state = stage.initial(config);
  return {
    apply: (input, emit) => stage.apply(state, input, emit),
    snapshot: () => state,
    restore: (stored) => {
      state = stored as State;
    },
    layout: stage.layout,
    goOn: (ended, owns) => {
      state = stage.goOn(config, ended as readonly State[], owns);
    },
  };
}
