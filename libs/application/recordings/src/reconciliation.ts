import { cashFlowOf, differencesIn, isFinal, positionsOf, type Found, type OrderManagerState } from '@aitrader/core-execution';
import {
  cash,
  compareText,
  quantity,
  type AccountPosition,
  type AccountWord,
  type Cash,
  type Leg,
  type Manifest,
} from '@aitrader/model';
import type { Quantity, RequestId, Ticker } from '@aitrader/model';
import { readStored, type Bus } from '@aitrader/runtime-bus';
import { ExecutionFold } from './execution-fold.ts';

/** An order that may be open at the broker, for all that a recording knows. */
export interface OpenRequest {
  readonly request: RequestId;
  readonly symbol: Ticker;
  readonly leg: Leg;
  /** the broker's id of it; null where none was told */
  readonly brokerId: string | null;
  /** `new`: an exit that waits for its entry; `unknown`: nobody knows what became of it */
  readonly status: string;
  /** what of it may still trade */
  readonly open: Quantity;
}

/** What a recording knows of the account that its run trades in. */
export interface KnownAccount {
  /** by its executions, in canonical order of symbol; what was held before the run is not in it */
  readonly positions: readonly AccountPosition[];
  /** held beside the run's orders, by what the broker said at its start, or an operator since */
  readonly foreign: readonly AccountPosition[];
  readonly requests: readonly OpenRequest[];
  /** what executions came to, fees included */
  readonly cashFlow: Cash;
  /** what cash should be; null while the broker has not said how the account stood */
  readonly cash: Cash | null;
}

/** A recording beside its broker's account. */
export interface Reconciliation {
  readonly known: KnownAccount;
  /** positions in canonical order of symbol, then orders that one side does not know, then cash beyond what may drift */
  readonly differences: readonly Found[];
}

/** What execution of a run with a broker knows, folded from its recording. @throws Error for a run with the simulated broker */
export async function executionKnown(bus: Bus, manifest: Manifest): Promise<OrderManagerState> {
  const fold = new ExecutionFold(manifest);
  await readStored(bus, manifest.run, (message) => void fold.offer(message));
  return fold.state.manager;
}

/**
 * Holds what is known against what the broker has. The account has to be read after the recording was: nothing of it is taken for something
 * that the recording went past.
 */
export function reconcileAccount(manager: OrderManagerState, account: AccountWord): Reconciliation {
  const state = { ...manager, account: { ...manager.account, passed: new Map() } };
  return { known: knownIn(manager), differences: [...differencesIn(state, account).values()] };
}

function knownIn(manager: OrderManagerState): KnownAccount {
  const { cashBase, foreign } = manager.account;
  const { flow } = cashFlowOf(manager);
  return {
    positions: listed(positionsOf(manager)),
    foreign: listed(foreign),
    requests: openIn(manager),
    cashFlow: cash(flow),
    cash: cashBase === null ? null : cash(cashBase + flow),
  };
}

const listed = (held: ReadonlyMap<Ticker, number>): readonly AccountPosition[] =>
  [...held]
    .map(([symbol, units]) => ({ symbol, quantity: quantity(units) }))
    .filter((position) => position.quantity !== 0)
    .sort((a, b) => compareText(a.symbol, b.symbol));

const openIn = ({ orders }: OrderManagerState): readonly OpenRequest[] =>
  [...orders.values()].flatMap(({ order: { symbol }, groups }) =>
    groups.flatMap(({ request, tickets }) =>
      tickets
        .filter(({ status, open }) => !isFinal(status) && open > 0)
        .map(({ leg, brokerId, status, open }) => ({ request: request.id, symbol, leg, brokerId, status, open })),
    ),
  );
