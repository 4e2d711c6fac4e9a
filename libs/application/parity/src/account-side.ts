import { actionsDue, hearActions, type ActionAgenda } from '@aitrader/core-market';
import { simulatedExecutionStage, type ExecutionState } from '@aitrader/core-execution';
import { applyAction, applyFill, payDividends, type Ledger } from '@aitrader/core-portfolio';
import { markPositions, type RiskState } from '@aitrader/core-risk';
import {
  newExecutionReport,
  type BarSlice,
  type Control,
  type EpochMs,
  type Fill,
  type RiskDecision,
  type SimulationConfig,
} from '@aitrader/model';
import { bindStage } from '@aitrader/runtime-engine';
import { FillBook } from './fill-book.ts';

/** One way in which the account may have gone: its fills, and what they come to. */
export interface AccountSide {
  readonly book: FillBook;
  readonly ledger: Ledger;
}

/** What a replayed account is given of an interval. */
export interface SideInput {
  readonly t: EpochMs;
  readonly bars: readonly BarSlice[];
  /** on the interval before; undefined where there was none */
  readonly decision: RiskDecision | undefined;
  /** commands that execution hears, and that risk does */
  readonly executionControl: readonly Control[];
  readonly control: readonly Control[];
  /** fills of orders from before the run, at a broker that kept them: taken as they were recorded */
  readonly taken: readonly Fill[];
}

/** Copies of what is kept of the account before the first interval. */
export interface SideBeginning {
  readonly ledger: Ledger;
  readonly agenda: ActionAgenda;
  /** orders that the simulated broker goes on with; undefined: none */
  readonly execution: unknown;
}

/** The interval that a fill of an instant belongs to, which was told with another one perhaps. */
export type IntervalOf = (at: EpochMs, told: EpochMs) => EpochMs;

/** The account by what the simulated broker makes of decisions: its fills and its ledger, which is folded and marked as risk does. */
export class ReplayedSide implements AccountSide {
  readonly book: FillBook;
  readonly ledger: Ledger;
  readonly #agenda: ActionAgenda;
  readonly #simulation: SimulationConfig;
  readonly #execution;
  readonly #report = newExecutionReport();
  readonly #intervalOf: IntervalOf;

  constructor(simulation: SimulationConfig, { ledger, agenda, execution }: SideBeginning, intervalOf: IntervalOf) {
    this.book = new FillBook();
    this.ledger = structuredClone(ledger);
    this.#agenda = structuredClone(agenda);
    this.#simulation = simulation;
    this.#intervalOf = intervalOf;
    this.#execution = bindStage(simulatedExecutionStage, simulation);
    if (execution !== undefined) this.#execution.goOn([structuredClone(execution)], () => true);
  }

  /** Another account that goes on from here. */
  fork(): ReplayedSide {
    const state = this.#execution.snapshot() as ExecutionState;
    const beginning = { ledger: this.ledger, agenda: this.#agenda, execution: undefined };
    const other = new ReplayedSide(this.#simulation, beginning, this.#intervalOf);
    other.#execution.restore(structuredClone(state));
    this.book.copyInto(other.book);
    return other;
  }

  /** Lets the simulated broker trade an interval. */
  trade({ t, bars, decision, executionControl, control, taken }: SideInput): void {
    for (const command of control) hearActions(this.#agenda, command);
    for (const action of actionsDue(this.#agenda, t)) applyAction(this.ledger, action);
    payDividends(this.ledger, t);
    this.#execution.apply({ t, bars, decision, control: executionControl }, this.#report);
    for (const fill of [...this.#report.fills, ...taken]) {
      applyFill(this.ledger, fill);
      this.book.add(fill, this.#intervalOf(fill.t, t));
    }
  }

  /** Values what is held as risk does, by the prices that it believes. */
  mark({ tape, t }: RiskState): void {
    markPositions(this.ledger, tape, t);
  }
}
