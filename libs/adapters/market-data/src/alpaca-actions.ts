import { z } from 'zod';
import { compareText, type Ticker } from '@aitrader/model';
import { ALPACA_ACTIONS } from './alpaca-actions-answer.ts';
import { alpacaRefusal } from './alpaca-refusal.ts';
import type { RawAnswer } from './raw-store.ts';
import { jsonOf, placeOf, shapedAs } from './vendor-answer.ts';
import type { ServerClock } from './vendor-bars.ts';
import { VendorError } from './vendor-error.ts';
import type { VendorHost } from './vendor-host.ts';

/*
 * Alpaca's `GET /v1/corporate-actions` (Market Data API v1), page by page. Rows are filtered by the date on which Alpaca processes an
 * action, which is that of the payment for dividends: not by its ex-date.
 *
 * 1. Rows are given as they came, those of kinds that are not known with them; those of known kinds have what is needed of them.
 */

const VENDOR = 'alpaca';
const ROWS_PER_PAGE = 1_000;
const PAGES_MAX = 10_000;
const SYMBOLS_PER_REQUEST = 100;
/** Actions are announced at any hour: an answer serves again no longer than it takes to go on where a fetch was interrupted. */
const KEPT_MS_MAX = 3_600_000;

const PAGE = z.looseObject({
  corporate_actions: z.record(z.string(), z.array(z.looseObject({})).nullable()).nullable(),
  next_page_token: z.string().nullish(),
});

/** Which corporate actions are asked for: dates of processing `YYYY-MM-DD`, both included. */
export interface ActionRequest {
  readonly symbols: readonly Ticker[];
  readonly from: string;
  readonly to: string;
}

/** A row of a vendor's, as it came. */
export type ActionRow = Readonly<Record<string, unknown>>;

/** The rows of one answer, by the vendor's name of their kind. */
export interface ActionBatch {
  readonly rows: Readonly<Record<string, readonly ActionRow[]>>;
  /** whether the answer was kept from before, and not asked for again */
  readonly kept: boolean;
  /** how much of the request is done with this batch, 0 … 1, as far as that can be told */
  readonly share: number;
}

/** What a vendor knows of corporate actions. */
export interface VendorActions {
  /** Ends when all was given. @throws VendorError, after as many attempts as make sense */
  readonly actions: (request: ActionRequest) => AsyncIterable<ActionBatch>;
  /** undefined before the first answer, and where answers have no date */
  readonly serverClock: () => ServerClock | undefined;
}

export const alpacaActions = (host: VendorHost): VendorActions => ({
  actions: (request) => actions(host, request),
  serverClock: host.http.serverClock,
});

async function* actions(host: VendorHost, request: ActionRequest): AsyncGenerator<ActionBatch> {
  const symbols = [...new Set(request.symbols)].sort(compareText);
  for (let at = 0; at < symbols.length; at += SYMBOLS_PER_REQUEST) {
    const some = symbols.slice(at, at + SYMBOLS_PER_REQUEST);
    const share = (at + some.length) / symbols.length;
    for await (const batch of pages(host, pageUrl(host.baseUrl, request, some))) yield { ...batch, share };
  }
}

async function* pages({ http }: VendorHost, url: URL): AsyncGenerator<Omit<ActionBatch, 'share'>> {
  const seen = new Set<string>();
  for (let page = 0; page < PAGES_MAX; page++) {
    const isStillGood = (receivedAt: number, now: number): boolean => now - receivedAt <= KEPT_MS_MAX;
    const { value, kept } = await http.ask({ url: new URL(url), isStillGood }, pageOf);
    const given = Object.entries(value.corporate_actions ?? {});
    yield { rows: Object.fromEntries(given.map(([kind, rows]) => [kind, rows ?? []])), kept };
    const { next_page_token: next } = value;
    if (next === undefined || next === null || next === '') return;
    if (seen.has(next)) throw new VendorError(VENDOR, 'unexpected', `${placeOf(url.href)} gave the same page token twice`);
    seen.add(next);
    url.searchParams.set('page_token', next);
  }
  throw new VendorError(VENDOR, 'unexpected', `${placeOf(url.href)} gave more than ${PAGES_MAX} pages`);
}

function pageUrl(baseUrl: string, { from, to }: ActionRequest, symbols: readonly Ticker[]): URL {
  const url = new URL(`${baseUrl}/v1/corporate-actions`);
  const parameters = { symbols: symbols.join(','), start: from, end: to, limit: String(ROWS_PER_PAGE), sort: 'asc' };
  for (const [name, value] of Object.entries(parameters)) url.searchParams.set(name, value);
  return url;
}

/** A page whose rows of known kinds are as they should be. @throws VendorError */
function pageOf(answer: RawAnswer): z.infer<typeof PAGE> {
  if (answer.status !== 200) throw alpacaRefusal(answer, 'corporate actions');
  const page = shapedAs(VENDOR, PAGE, jsonOf(VENDOR, answer), answer);
  shapedAs(VENDOR, ALPACA_ACTIONS, page.corporate_actions ?? {}, answer);
  return page;
}
