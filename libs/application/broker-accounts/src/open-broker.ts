import { setTimeout as sleep } from 'node:timers/promises';
import {
  alpacaAccess,
  openAlpacaTrading,
  streamUrlOf,
  TradeUpdatesStream,
  type AlpacaTrading,
  type OpenOptions,
  type TradeUpdateEvents,
} from '@aitrader/adapter-alpaca-trading';
import { BROKER_NAMES, type BrokerName } from '@aitrader/model';

/** Whom one can have an account with: Alpaca, or a paper exchange of ours, which speaks as Alpaca does. */
export const BROKERS = BROKER_NAMES;

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
export function openBroker(choice: BrokerChoice, options: Pick<OpenOptions, 'perMinute'> = {}): AlpacaTrading {
  return openAlpacaTrading({ ...accessOf(choice), ...options, now: Date.now, random: Math.random, sleep: (ms) => sleep(ms) });
}

/** The stream of what happens to the account's orders. Nothing is opened yet. @throws BrokerKeysError */
export function openBrokerStream(choice: BrokerChoice, events: TradeUpdateEvents): TradeUpdatesStream {
  const access = alpacaAccess(accessOf(choice));
  const { keyId, secretKey } = access;
  return new TradeUpdatesStream({ url: streamUrlOf(access), keyId, secretKey, now: Date.now, random: Math.random }, events);
}

function accessOf({ broker, live, url, env }: BrokerChoice): Pick<OpenOptions, 'env' | 'account' | 'url'> {
  const isOurs = broker === 'exchange';
  return {
    env: isOurs ? { ...EXCHANGE_KEYS, ...env } : env,
    account: live ? 'live' : 'paper',
    url: url ?? (isOurs ? EXCHANGE_URL : undefined),
  };
}
