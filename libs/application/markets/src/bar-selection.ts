import { dayBounds } from '@aitrader/core-market';
import { CALENDAR_FIRST, CALENDAR_LAST, dateProblem, newYorkDate } from '@aitrader/core-sessions';
import { epochMs, type EpochMs } from '@aitrader/model';
import { ConfigurationError } from '@aitrader/runtime-configuration';

/** Which bars of a market are wanted: New York dates, both included, and symbols; all of them where it does not say. */
export interface BarSelection {
  readonly from?: string | undefined;
  readonly to?: string | undefined;
  readonly symbols?: readonly string[] | undefined;
}

/** A symbol that a market holds, wanted or not, with the New York dates of its first and last bar. */
export interface HeldDates {
  readonly symbol: string;
  readonly from: string;
  readonly to: string;
}

/** Symbols that a message names. */
const NAMED_MAX = 20;

/**
 * The first and last close that a selection takes in. @throws ConfigurationError for what is no date of the calendar, and for a first
 * date after the last
 */
export function selectedCloses(market: string, { from, to }: BarSelection): { readonly from?: EpochMs; readonly to?: EpochMs } {
  const problems = [from, to].flatMap((date) => {
    const problem = date === undefined ? undefined : dateProblem(date);
    return problem === undefined ? [] : [`${JSON.stringify(date)} ${problem}`];
  });
  if (problems.length > 0) throw new ConfigurationError(market, problems);
  if (from !== undefined && to !== undefined && from > to)
    throw new ConfigurationError(market, [`the first date, ${from}, comes after the last, ${to}`]);
  return {
    ...(from === undefined ? {} : { from: dayBounds(from).first }),
    ...(to === undefined ? {} : { to: dayBounds(to).last }),
  };
}

/**
 * Holds what was selected against what there was. `kept` are the symbols with bars in the selection.
 * @throws ConfigurationError for each symbol that was asked for and has none, or when nothing is left at all
 */
export function requireSelected(
  market: string,
  selection: BarSelection,
  kept: ReadonlySet<string>,
  heldDates: () => readonly HeldDates[],
): void {
  const missing = selection.symbols?.filter((symbol) => !kept.has(symbol)) ?? [];
  if (missing.length === 0 && kept.size > 0) return;
  const held = heldDates();
  const problems = [...new Set(missing)].map((symbol) => missingText(symbol, selection, held));
  const none = `there are no bars${datesText(selection)}: ${rangeText('the bars', held)}`;
  throw new ConfigurationError(market, problems.length > 0 ? problems : [none]);
}

function missingText(symbol: string, selection: BarSelection, held: readonly HeldDates[]): string {
  const own = held.filter((one) => one.symbol === symbol);
  if (own.length > 0) return `there are no bars of ${symbol}${datesText(selection)}: ${rangeText('its bars', own)}`;
  const meant = held.find((one) => letters(one.symbol) === letters(symbol));
  const unknown = `there are no bars of ${JSON.stringify(symbol)}`;
  return meant === undefined ? `${unknown}: the symbols are ${symbolsText(held)}` : `${unknown}: did you mean ${meant.symbol}?`;
}

/** What is left of a ticker that another vendor or a hurried user writes otherwise: `brk-b` is BRK.B. */
const letters = (symbol: string): string => symbol.toUpperCase().replaceAll(/[^A-Z0-9]/g, '');

function symbolsText(held: readonly HeldDates[]): string {
  const named = held.slice(0, NAMED_MAX).map(({ symbol }) => symbol);
  return held.length > named.length ? `${named.join(', ')} and ${held.length - named.length} more` : named.join(', ');
}

function datesText({ from, to }: BarSelection): string {
  if (from !== undefined && to !== undefined) return ` from ${from} to ${to}`;
  if (from !== undefined) return ` from ${from} on`;
  return to === undefined ? '' : ` up to ${to}`;
}

function rangeText(whose: string, held: readonly HeldDates[]): string {
  const dates = held.flatMap(({ from, to }) => [from, to]).sort();
  const [first = '', last = first] = [dates[0], dates.at(-1)];
  return first === last ? `${whose} are of ${first}` : `${whose} are from ${first} to ${last}`;
}

/** The New York date of an instant; the first or last of the calendar for one outside of it. */
export function dateWithin(t: number): string {
  if (t < dayBounds(CALENDAR_FIRST).first) return CALENDAR_FIRST;
  return t > dayBounds(CALENDAR_LAST).last - 1 ? CALENDAR_LAST : newYorkDate(epochMs(t));
}
