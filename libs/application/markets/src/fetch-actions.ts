import { openActions, type ActionRow } from '@aitrader/adapter-market-data';
import { newYorkDate } from '@aitrader/core-sessions';
import { epochMs, type Ticker } from '@aitrader/model';
import type { Progress } from '@aitrader/runtime-telemetry';
import { readActions, type LoadedActions } from './actions-file.ts';
import { NEW_YORK, type VendorOutside } from './fetch-bars.ts';

/** Whose corporate actions to fetch, and for bars of which New York dates, both included. */
export interface ActionsRequest {
  readonly symbols: readonly Ticker[];
  readonly from: string;
  readonly to: string;
}

/** Corporate actions that were fetched. */
export interface FetchedActions {
  /** the vendor's answers as one, a file that `--actions` takes */
  readonly text: string;
  readonly read: LoadedActions;
  /** answers that came now, and those that were kept from before */
  readonly answers: { readonly asked: number; readonly kept: number };
}

const DAY_MS = 86_400_000;
/** An action is processed some days before its ex-date or, where it pays, long after: a range of the former reaches so much further. */
const DAYS_BEFORE = 31;
const DAYS_AFTER = 366;

/**
 * Fetches corporate actions from Alpaca: all that were processed from a month before the first date on, up to what is announced today, as
 * prices that are adjusted contain those after their last bar, too. Asked again, it goes on with the answers that were kept.
 * @throws VendorKeysError, VendorError, ConfigurationError for actions that contradict one another
 */
export async function fetchActions(
  { symbols, from, to }: ActionsRequest,
  options: VendorOutside,
  progress: Progress['at'] = () => undefined,
): Promise<FetchedActions> {
  const vendor = openActions({ ...options, calendar: NEW_YORK });
  const today = newYorkDate(epochMs(options.now()));
  const dates = { from: shifted(from, -DAYS_BEFORE), to: shifted(to > today ? to : today, DAYS_AFTER) };
  const byKind = new Map<string, Map<string, ActionRow>>();
  const answers = { asked: 0, kept: 0 };
  for await (const { rows, kept, share } of vendor.actions({ symbols, ...dates })) {
    for (const [kind, list] of Object.entries(rows)) {
      const own = byKind.get(kind) ?? new Map<string, ActionRow>();
      for (const row of list) own.set(nameOf(row), row);
      byKind.set(kind, own);
    }
    answers[kept ? 'kept' : 'asked']++;
    progress(share);
  }
  const lists = [...byKind].map(([kind, rows]) => [kind, [...rows.values()]] as const);
  const text = textOf({ symbols, from, to }, Object.fromEntries(lists.filter(([, rows]) => rows.length > 0)));
  return { text, read: readActions("Alpaca's corporate actions", Buffer.from(text)), answers };
}

/** A row that comes twice, as when rows moved between two pages, is one. */
const nameOf = (row: ActionRow): string => (typeof row['id'] === 'string' ? row['id'] : JSON.stringify(row));

const shifted = (date: string, days: number): string =>
  new Date(Date.parse(date) + days * DAY_MS).toISOString().slice(0, 'YYYY-MM-DD'.length);

function textOf({ symbols, from, to }: ActionsRequest, given: Readonly<Record<string, readonly ActionRow[]>>): string {
  const asked = { vendor: 'alpaca', symbols, from, to };
  return `${JSON.stringify({ asked, corporate_actions: given, next_page_token: null }, undefined, 2)}\n`;
}
