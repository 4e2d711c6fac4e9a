import type { Cash } from '@aitrader/model';

/** How orders are worked. There are no defaults: each of these can lose money. */
export interface OrderManagerConfig {
  /** what the ids of requests begin with: tells the runs of one account apart; 40 characters at most */
  readonly requestPrefix: string;
  /**
   * `marketable-limit`: by the hours, and never without a limit. `market`: as the simulated broker has it, at market with exits that protect
   * from the first fill on, whatever the hour; for an exchange that trades by the simulator's rules alone.
   */
  readonly entries: 'marketable-limit' | 'market';
  /** how much worse than the reference an entry or a closing order may trade, in basis points */
  readonly collarBpRegular: number;
  readonly collarBpExtended: number;
  /** an entry that is older is not asked for, or not any more, in milliseconds of event time */
  readonly entryAgeMsMax: number;
  /** how long a cancel may go unanswered before it is asked for again */
  readonly cancelMsMax: number;
  /** how long a bracket may have filled without its exits at work; then it is called off, and its exits are ours */
  readonly unprotectedMsMax: number;
  /** exits of one order that may be refused in a row; then its stop is watched, and its symbol is not entered */
  readonly exitRefusalsMax: number;
  /** how the account is held against what is known; null: the broker has no account to tell of */
  readonly reconciliation: ReconciliationRules | null;
}

/** What an account may differ by, and for how long. */
export interface ReconciliationRules {
  /** how long a difference may stand while words keep coming that could explain it, and how long a break may before it is overdue; milliseconds of event time */
  readonly breakMsMax: number;
  /** cash that need not be explained: what the broker rounds, and takes for its data and the like; units of cash */
  readonly cashDriftMax: Cash;
  /** and in basis points of all that was traded: what regulators take at the end of the day (SEC §31 0.21 of sales, TAF 0.4 at 5 dollars a share) */
  readonly cashDriftBp: number;
}

/** Thrown on a configuration that could not mean what it says. */
export class OrderManagerConfigError extends RangeError {
  override readonly name = 'OrderManagerConfigError';
}

const PREFIX = /^[A-Za-z0-9._-]{0,40}$/;
const BASIS_POINTS = 10_000;

/** Returns a copy of a configuration that holds. @throws OrderManagerConfigError */
export function checkedConfig(config: OrderManagerConfig): OrderManagerConfig {
  const { requestPrefix, entries, reconciliation, ...figures } = config;
  if (!PREFIX.test(requestPrefix)) throw new OrderManagerConfigError(`requestPrefix must be 40 of A-Z a-z 0-9 . _ - at most`);
  if (entries !== 'marketable-limit' && entries !== 'market')
    throw new OrderManagerConfigError(`entries must be marketable-limit or market, got ${String(entries)}`);
  for (const [name, value] of Object.entries({ ...figures, ...reconciliation })) {
    if (!(Number.isFinite(value) && value >= 0))
      throw new OrderManagerConfigError(`${name} must be finite and not negative, got ${value}`);
  }
  for (const bp of [config.collarBpRegular, config.collarBpExtended]) {
    if (bp >= BASIS_POINTS) throw new OrderManagerConfigError(`a collar must be below ${BASIS_POINTS} bp, got ${bp}`);
  }
  return { ...config };
}
