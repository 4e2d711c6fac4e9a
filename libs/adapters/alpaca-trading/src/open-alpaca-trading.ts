import { AlpacaTrading } from './alpaca-trading.ts';
import { BrokerKeysError } from './broker-error.ts';
import { TradingHttp, type TradingHttpOptions } from './trading-http.client.ts';

/** Which of a broker's accounts: `paper` plays with the broker's own money, `live` with yours. */
export type AccountKind = 'paper' | 'live';

export const ALPACA_URLS: Readonly<Record<AccountKind, string>> = {
  paper: 'https://paper-api.alpaca.markets',
  live: 'https://api.alpaca.markets',
};
const KEYS = { id: 'APCA_API_KEY_ID', secret: 'APCA_API_SECRET_KEY' };
const KEY = /^[\x21-\x7e]{1,256}$/;
const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/;

export interface OpenOptions extends Pick<TradingHttpOptions, 'send' | 'now' | 'sleep' | 'perMinute' | 'timeoutMs'> {
  /** holds the keys */
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly account: AccountKind;
  /** instead of Alpaca's own address: a paper exchange of ours, on this machine or over TLS */
  readonly url?: string | undefined;
  readonly random: () => number;
}

/** Keys and address of an account, as both the API and the stream want them. */
export interface AlpacaAccess {
  readonly baseUrl: string;
  readonly keyId: string;
  readonly secretKey: string;
}

/** @throws BrokerKeysError naming the variable that is missing, or the address that is none */
export function alpacaAccess({ env, account, url }: Pick<OpenOptions, 'env' | 'account' | 'url'>): AlpacaAccess {
  const missing = Object.values(KEYS).filter((name) => (env[name] ?? '').trim() === '');
  if (missing.length > 0)
    throw new BrokerKeysError(
      `Alpaca wants ${KEYS.id} and ${KEYS.secret} in the environment, and ${missing.join(' and ')} ${missing.length === 1 ? 'is' : 'are'} not set. ` +
        'Paper and live accounts have keys of their own. Without keys the simulated broker trades: paper, backtest.',
    );
  return { baseUrl: addressOf(url ?? ALPACA_URLS[account]), keyId: keyIn(env, KEYS.id), secretKey: keyIn(env, KEYS.secret) };
}

function keyIn(env: OpenOptions['env'], name: string): string {
  const value = (env[name] ?? '').trim();
  if (!KEY.test(value)) throw new BrokerKeysError(`${name} cannot be a key: it has blanks, or characters that no key has`);
  return value;
}

/** Keys leave the machine over TLS alone. */
function addressOf(text: string): string {
  const parsed = URL.canParse(text) ? new URL(text) : undefined;
  const isSafe = parsed?.protocol === 'https:' || (parsed?.protocol === 'http:' && LOOPBACK.test(parsed.hostname));
  if (parsed === undefined || !isSafe || parsed.username !== '' || parsed.search !== '' || parsed.hash !== '')
    throw new BrokerKeysError(
      `the broker's address is to be an https URL (http for this machine alone), got ${JSON.stringify(text)}`,
    );
  return parsed.href.replace(/\/+$/, '');
}

/** The account that the keys belong to. Nothing is asked yet. @throws BrokerKeysError */
export function openAlpacaTrading(options: OpenOptions): AlpacaTrading {
  const { env: _, account: _account, url: _url, random, ...outside } = options;
  const http = new TradingHttp({ ...alpacaAccess(options), ...outside });
  return new AlpacaTrading({ http, sleep: outside.sleep, random });
}

/** Where the account's stream is. */
export const streamUrlOf = ({ baseUrl }: AlpacaAccess): string => `${baseUrl.replace(/^http/, 'ws')}/stream`;
