import { setTimeout as sleep } from 'node:timers/promises';
import { openAlpacaTrading, type AlpacaTrading } from '@aitrader/adapter-alpaca-trading';

/** Whom one can have an account with: Alpaca, or a paper exchange of ours, which speaks as Alpaca does. */
export const BROKERS = ['alpaca', 'exchange'] as const;
export type BrokerName = (typeof BROKERS)[number];

/** Where a paper exchange listens when nothing else is said. */
const EXCHANGE_URL = 'http://127.0.0.1:8765';
/** A paper exchange takes any keys unless it was told which. */
const EXCHANGE_KEYS = { APCA_API_KEY_ID: 'paper-exchange', APCA_API_SECRET_KEY: 'paper-exchange' };

export interface BrokerChoice {
  readonly broker: BrokerName;
  /** the account with real money; the broker's paper account without it */
  readonly live: boolean;
  /** instead of the broker's own address */
  readonly url?: string | undefined;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** The account that the keys in the environment belong to, for looking at. Nothing is asked yet. @throws BrokerKeysError */
export function openBroker({ broker, live, url, env }: BrokerChoice): AlpacaTrading {
  const isOurs = broker === 'exchange';
  return openAlpacaTrading({
    env: isOurs ? { ...EXCHANGE_KEYS, ...env } : env,
    account: live ? 'live' : 'paper',
    url: url ?? (isOurs ? EXCHANGE_URL : undefined),
    now: Date.now,
    random: Math.random,
    sleep: (ms) => sleep(ms),
  });
}
