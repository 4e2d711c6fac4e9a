import type { BrokerConfig, OrderHandling, ReconciliationRules, WorkingRules } from '@aitrader/model';

/** How orders are worked, and under what ids. There are no defaults. */
export interface OrderManagerConfig extends OrderHandling {
  /** what the ids of requests begin with: tells the runs of one account apart; 40 characters at most */
  readonly requestPrefix: string;
  /** whether nothing is entered on a trade date that no operator has armed the run for: the money is real */
  readonly needsArming: boolean;
  /** how the account is held against what is known; null: the broker has no account to tell of */
  readonly reconciliation: ReconciliationRules | null;
}

/** How orders are worked at a configured broker. */
export function managerConfigOf(broker: BrokerConfig, requestPrefix: string): OrderManagerConfig {
  const { name: _, account, followsBars: _whoseBars, ...handling } = broker;
  return { ...handling, requestPrefix, needsArming: account === 'live' };
}

/** Thrown on a configuration that could not mean what it says. */
export class OrderManagerConfigError extends RangeError {
  override readonly name = 'OrderManagerConfigError';
}

const PREFIX = /^[A-Za-z0-9._-]{0,40}$/;
const BASIS_POINTS = 10_000;

/** Returns a copy of a configuration that holds. @throws OrderManagerConfigError */
export function checkedConfig(config: OrderManagerConfig): OrderManagerConfig {
  const { requestPrefix, entries, reconciliation, needsArming, working, ...figures } = config;
  if (!PREFIX.test(requestPrefix)) throw new OrderManagerConfigError(`requestPrefix must be 40 of A-Z a-z 0-9 . _ - at most`);
  if (entries !== 'marketable-limit' && entries !== 'market')
    throw new OrderManagerConfigError(`entries must be marketable-limit or market, got ${String(entries)}`);
  if (typeof needsArming !== 'boolean') throw new OrderManagerConfigError('needsArming must be true or false');
  for (const [name, value] of Object.entries({ ...figures, ...reconciliation })) {
    if (!(Number.isFinite(value) && value >= 0))
      throw new OrderManagerConfigError(`${name} must be finite and not negative, got ${value}`);
  }
  for (const bp of [config.collarBpRegular, config.collarBpExtended]) {
    if (bp >= BASIS_POINTS) throw new OrderManagerConfigError(`a collar must be below ${BASIS_POINTS} bp, got ${bp}`);
  }
  if (working !== null) checkWorking(working, entries);
  return { ...config };
}

function checkWorking(working: WorkingRules, entries: OrderManagerConfig['entries']): void {
  if (entries === 'market')
    throw new OrderManagerConfigError('a large order is worked by its limit: entries must be marketable-limit');
  const { largerThanShareOfVolume, minutesMax, share, everyMinutes, catchUpMax, participationMax } = working;
  for (const [name, value] of Object.entries({ share, participationMax })) {
    if (!(value > 0 && value <= 1)) throw new OrderManagerConfigError(`working.${name} must lie in (0, 1], got ${value}`);
  }
  for (const [name, value] of Object.entries({ minutesMax, everyMinutes, catchUpMax })) {
    if (!(value >= 1 && value < Infinity)) throw new OrderManagerConfigError(`working.${name} must be at least 1, got ${value}`);
  }
  if (!(largerThanShareOfVolume >= 0 && largerThanShareOfVolume < Infinity))
    throw new OrderManagerConfigError(`working.largerThanShareOfVolume must not be negative, got ${largerThanShareOfVolume}`);
}
