/**
 * What goes over from a run to the one that follows it.
 *
 * 1. Stages of symbols go on with what was learned of them, however many shards there were. Of a layout that this code does not know they
 *    begin anew, and warm up.
 * 2. An account is never begun anew, nor taken to another broker: what is held, owed, halted or at work goes over, or the run is refused.
 */
import type { StageName } from '@aitrader/contracts';
import { shardOf, type CarriedState, type Closing, type RiskDecision, type Ticker } from '@aitrader/model';
import type { Interval } from './interval.ts';
import type { StagePart } from './pipeline.ts';

/** Thrown when what a run left cannot be gone on with by this code or this configuration. */
export class CarriedStateError extends Error {
  override readonly name = 'CarriedStateError';
}

/** What the instances of a run know, to be written down before they go on. */
export const carriedStates = (parts: readonly StagePart[]): readonly CarriedState[] =>
  parts.map(({ stage, shard, layout, snapshot }) => ({ of: stage, shard, layout, state: snapshot() }));

/** The stages of the account: nothing of theirs may be lost. */
const OF_THE_ACCOUNT: readonly StageName[] = ['risk', 'execution'];

/** Layouts that a stage goes on with besides its own, by its own: what they do not say has a value that means so. */
const EARLIER_LAYOUTS: Readonly<Record<string, readonly string[]>> = {
  'risk/5': ['risk/4', 'risk/3', 'risk/2'],
  'strategies/2': ['strategies/1', 'breakout/2', 'breakout/1'],
  'probability/4': ['probability/2', 'probability/1'],
};

const isKnownTo = (layout: string, left: string): boolean => left === layout || EARLIER_LAYOUTS[layout]?.includes(left) === true;

/**
 * Lets instances go on with what a run left, which is used up. Returns the stages that begin anew.
 * @throws CarriedStateError where something of an account would be lost
 */
export function goOnFrom(
  { run, states }: Closing,
  parts: readonly Pick<StagePart, 'stage' | 'shard' | 'layout' | 'goOn'>[],
  shards: number,
): readonly StageName[] {
  const anew = new Set<StageName>();
  for (const { stage, shard, layout, goOn } of parts) {
    const ended = states.filter(({ of }) => of === stage);
    const isKnown = ended.length > 0 && ended.every((each) => isKnownTo(layout, each.layout));
    if (isKnown)
      goOn(
        ended.map(({ state }) => state),
        (symbol: Ticker) => shard < 0 || shardOf(symbol, shards) === shard,
      );
    else if (OF_THE_ACCOUNT.includes(stage))
      throw new CarriedStateError(
        `${run} cannot be followed: its ${stage} is of ${ended[0]?.layout ?? 'nothing'}, and this run needs ${layout}`,
      );
    else anew.add(stage);
  }
  return [...anew];
}

/** What risk decided last, which execution has not heard of by then. */
export const DECISION = 'decision';
const DECISION_LAYOUT = 'orders/3';
/** Without exits. */
const DECISION_BEFORE = 'orders/2';

/** Risk's last decision as it goes over. */
export const carriedDecision = ({ t, account, trips, orders, exits }: RiskDecision): CarriedState => ({
  of: DECISION,
  shard: -1,
  layout: DECISION_LAYOUT,
  state: { t, account, trips, orders, exits, denials: [] },
});

/** Risk's last decision of the run before. @throws CarriedStateError for one that this code does not know */
export function decisionBefore({ run, states }: Closing): RiskDecision {
  const carried = states.find(({ of }) => of === DECISION);
  if (carried?.layout !== DECISION_LAYOUT && carried?.layout !== DECISION_BEFORE)
    throw new CarriedStateError(`${run} cannot be followed: its last decision is of ${carried?.layout ?? 'nothing'}`);
  // a decision of before trips or exits were told has none
  return { trips: [], exits: [], ...(carried.state as Omit<RiskDecision, 'trips' | 'exits' | 'forecast'>), forecast: null };
}

/** Lets an interval be as it stands before the first one of a run that goes on. Returns the stages that begin anew. @throws CarriedStateError */
export function openInterval(interval: Interval, opening: Closing, parts: readonly StagePart[]): readonly StageName[] {
  interval.decision = decisionBefore(opening);
  return goOnFrom(opening, parts, interval.bars.length);
}
