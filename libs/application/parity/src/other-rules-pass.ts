import { RECORDED_EXECUTION } from '@aitrader/application-recordings';
import { stagesOf } from '@aitrader/application-pipeline';
import { ownRestrictionsOf, riskStage, underOtherRules, type RiskState } from '@aitrader/core-risk';
import {
  riskRulesOf,
  type BarSlice,
  type Closing,
  type Control,
  type ControlKind,
  type RiskDecision,
  type RunConfig,
} from '@aitrader/model';
import { bindStage, newInterval, newPipeline, openInterval, type Interval, type RiskStage } from '@aitrader/runtime-engine';

/** Commands of operators that change what is entered or left. */
const OPERATORS: ReadonlySet<ControlKind> = new Set<ControlKind>([
  ...(['halt', 'resume', 'reduce-only', 'flatten', 'cancel', 'order', 'limits', 'disarm', 'close-break'] as const),
]);

/** Whether a command is one that a backtest does not hear. */
export const isOperators = ({ kind }: Pick<Control, 'kind'>): boolean => OPERATORS.has(kind);

/** The commands that a backtest hears, too. */
export const withoutOperators = (commands: readonly Control[]): readonly Control[] => commands.filter((one) => !isOperators(one));

/**
 * What other rules, or other bars, would have decided in each interval of the account that was recorded up to there: their stages see bars of
 * their own from the start, and risk goes by the account as it was, one step ahead at a time, so that one difference makes no other.
 */
export class OtherRules {
  readonly #interval: Interval;
  readonly #pipeline;
  readonly #heard: (commands: readonly Control[]) => readonly Control[];

  /** `known` is risk's state before the interval that is decided next */
  constructor(config: RunConfig, of: Interval, known: () => RiskState, opening: Closing | undefined, hearsOperators = false) {
    this.#heard = hearsOperators ? (all) => all : withoutOperators;
    this.#interval = newInterval(of.bars.length, of.bars[0]?.timeframe ?? '1m');
    const stages = stagesOf(config, () => RECORDED_EXECUTION);
    this.#pipeline = newPipeline({ ...stages, risk: () => oneStepAhead(config, known) }, of.bars.length);
    if (opening === undefined) return;
    const learned = this.#pipeline.parts.filter(({ stage }) => stage !== 'execution' && stage !== 'risk');
    openInterval(this.#interval, opening, learned);
  }

  /** What would have been decided on an interval, with these bars. */
  decide(of: Interval, bars: readonly BarSlice[]): RiskDecision {
    const interval = this.#interval;
    interval.t = of.t;
    interval.bars = [...bars];
    interval.report = of.report;
    interval.control = this.#heard(of.control);
    interval.shardControl = of.shardControl.map(this.#heard);
    this.#pipeline.pass(interval);
    return { ...interval.decision };
  }

  /** Risk's state after that. */
  get risk(): RiskState {
    return this.#pipeline.parts.find(({ stage }) => stage === 'risk')?.snapshot() as RiskState;
  }
}

function oneStepAhead(config: RunConfig, known: () => RiskState): RiskStage {
  const rules = riskRulesOf(config);
  const bound = bindStage(riskStage, rules);
  let own = ownRestrictionsOf(known());
  return {
    ...bound,
    apply: (input, emit) => {
      bound.restore(underOtherRules(structuredClone(known()), rules, own));
      bound.apply(input, emit);
      own = ownRestrictionsOf(bound.snapshot() as RiskState);
    },
  };
}
