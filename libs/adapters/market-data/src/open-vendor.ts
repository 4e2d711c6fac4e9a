import { alpacaActions, type VendorActions } from './alpaca-actions.ts';
import { ALPACA, alpacaBars } from './alpaca-bars.ts';
import { ALPHA_VANTAGE, alphaVantageBars } from './alpha-vantage-bars.ts';
import { FINNHUB, finnhubBars } from './finnhub-bars.ts';
import { rawStore, type RawStore } from './raw-store.ts';
import type { MarketCalendar, Vendor, VendorBars, VendorCapability } from './vendor-bars.ts';
import { vendorHttp, type VendorHttpOptions } from './vendor-http.client.ts';
import { baseUrlOf, keysOf } from './vendor-keys.ts';
import type { VendorHost } from './vendor-host.ts';
import { YAHOO, YAHOO_HEADERS, yahooBars } from './yahoo-bars.ts';

/** What a vendor is opened with; clock, sleep and luck come from outside. */
export interface VendorOptions extends Pick<
  VendorHttpOptions,
  'fetch' | 'now' | 'sleep' | 'random' | 'timeoutMs' | 'notKept' | 'keepPassing'
> {
  /** holds the keys, and may name other base URLs */
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly calendar: MarketCalendar;
  /** where answers are kept; nowhere without it */
  readonly rawFolder?: string;
  /** instead of what the vendor's capability says */
  readonly rate?: VendorCapability['rate'];
  /** what Alpha Vantage is to answer in; JSON without it */
  readonly format?: 'csv' | 'json';
}

interface Opening {
  readonly capability: VendorCapability;
  readonly bars: (host: VendorHost, format?: 'csv' | 'json') => VendorBars;
  /** how a request shows the keys */
  readonly credentials: (keys: readonly string[]) => Pick<VendorHttpOptions, 'headers' | 'secretParameters'>;
}

const OPENINGS: Readonly<Record<Vendor, Opening>> = {
  alpaca: {
    capability: ALPACA,
    bars: alpacaBars,
    credentials: ([id = '', secret = '']) => ({ headers: { 'APCA-API-KEY-ID': id, 'APCA-API-SECRET-KEY': secret } }),
  },
  alphavantage: {
    capability: ALPHA_VANTAGE,
    bars: alphaVantageBars,
    credentials: ([apikey = '']) => ({ secretParameters: { apikey } }),
  },
  finnhub: {
    capability: FINNHUB,
    bars: finnhubBars,
    credentials: ([token = '']) => ({ headers: { 'X-Finnhub-Token': token } }),
  },
  yahoo: { capability: YAHOO, bars: yahooBars, credentials: () => ({ headers: YAHOO_HEADERS }) },
};

/** What each vendor can do. */
export const capabilityOf = (vendor: Vendor): VendorCapability => OPENINGS[vendor].capability;

/** A vendor's history. Nothing is asked yet. @throws VendorKeysError when keys are missing, or a base URL is none */
export const openVendor = (vendor: Vendor, options: VendorOptions): VendorBars =>
  OPENINGS[vendor].bars(hostOf(vendor, options), options.format);

/** What Alpaca knows of corporate actions. Nothing is asked yet. @throws VendorKeysError as `openVendor` */
export const openActions = (options: VendorOptions): VendorActions => alpacaActions(hostOf('alpaca', options));

function hostOf(vendor: Vendor, options: VendorOptions): VendorHost {
  const { capability, credentials } = OPENINGS[vendor];
  const { env, calendar, rawFolder, rate = capability.rate, format: _, ...outside } = options;
  const keys = keysOf(capability, env);
  const baseUrl = baseUrlOf(capability, env);
  const store: { readonly store?: RawStore } = rawFolder === undefined ? {} : { store: rawStore(rawFolder, vendor) };
  const http = vendorHttp({ vendor, rate, secrets: keys, ...credentials(keys), ...store, ...outside });
  return { http, calendar, baseUrl, now: outside.now };
}
