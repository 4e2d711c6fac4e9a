import type { Closing, RunId, Trip } from '@aitrader/model';
import { wholeClosing, type Bus } from '@aitrader/runtime-bus';
import { DECISION, decisionBefore } from '@aitrader/runtime-engine';

/** What a run has left, without what its stages know, and the halts that stand. */
export interface LeftByRun extends Omit<Closing, 'states'> {
  readonly trips: readonly Trip[];
  /** hash of what was left: who follows the run names it */
  readonly closing: string;
}

/** What a closed run has left. @throws ContractError, CarriedStateError */
export async function leftByRun(bus: Bus, run: RunId): Promise<LeftByRun> {
  const { reader } = await wholeClosing(bus, run, 'closing');
  const closing = reader.closing((of) => of === DECISION);
  const { states: _, ...left } = closing;
  return { ...left, trips: decisionBefore(closing).trips, closing: reader.hash };
}
