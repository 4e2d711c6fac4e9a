// Invariants
// 1. A symbol of which two vendors say prices that are too far apart is in disagreement at once, and until the vendor that it was held
//    against has agreed so many times in a row, each time within half of what is allowed.
// 2. What cannot be compared says nothing: a minute that only one of them has, or that a vendor heard in part.
// 3. When too many of the symbols compared lately are in disagreement, nobody knows which vendor is right, and all symbols are.
// 4. Where there is nobody to compare with, no symbol is.

import { item, read, readInt32, readUint8, type EpochMs, type Ticker } from '@aitrader/model';
import { apartOf, type Coverage } from './bar-agreement.ts';
import type { LiveMinutes } from './live-minutes.ts';
import type { LiveSources } from './live-sources.ts';
import { BAR_RANK, type MinuteBars, type SaidBar } from './minute-store.ts';
import { isMissing } from './outages.ts';

/** A vendor, as its bars are held against another's. */
export interface ComparedVendor {
  /** vendor and feed, as slices name it */
  readonly feed: string;
  readonly coverage: Coverage;
  /** minutes after which a minute of it is all there, with what was corrected or asked for */
  readonly lagMinutes: number;
}

export interface AgreementOptions {
  /** canonical order */
  readonly symbols: readonly Ticker[];
  /** in the order in which they take over */
  readonly vendors: readonly ComparedVendor[];
  /** how far two prices may be apart, as a share of the price */
  readonly apartMax: number;
  /** comparisons in a row within half of that before a symbol is out of disagreement */
  readonly agreeMinutes: number;
  /** share of the symbols compared lately that may be in disagreement while the others are not */
  readonly apartShareMax: number;
}

/** Two prices that were too far apart, dollars. */
interface ApartPrices {
  readonly t: EpochMs;
  readonly ours: number;
  readonly theirs: number;
  readonly by: string;
  readonly against: string;
}

/** How vendors agree on each symbol; columns by symbol. Plain data. */
export interface VendorAgreement {
  readonly options: AgreementOptions;
  /** number of the pair of vendors that disagree on the symbol; `NOBODY` while none does, `ANYBODY` where it is not known which */
  readonly against: Int32Array;
  readonly agreedFor: Int32Array;
  /** close of the last minute that was compared; 0 before the first */
  readonly comparedAt: Float64Array;
  /** when a vendor that is not listened to was last asked for it; 0 before the first time */
  readonly askedAt: Float64Array;
  /** of the symbols in disagreement: what began it, where it is known */
  readonly apart: Map<number, ApartPrices>;
  /** minutes for which all symbols are in disagreement still */
  allFor: number;
}

/** What begins the words of a level that vendors disagree under. */
export const APART_WORDS = 'vendors disagree';

const MINUTE_MS = 60_000;
const NOBODY = -1;
const ANYBODY = -2;
/** What was compared longer ago says nothing of a vendor any more. */
const LATELY_MS = 30 * MINUTE_MS;
/** A share of fewer symbols than this says nothing of a vendor. */
const JUDGED_SYMBOLS_MIN = 10;
/** Symbols of which the figures are told. */
const SYMBOLS_TOLD_MAX = 10;

/** Nothing was compared yet. @throws RangeError for a tolerance or a number of minutes that is none */
export function newVendorAgreement(options: AgreementOptions): VendorAgreement {
  if (!(options.apartMax > 0) || !(options.agreeMinutes >= 1))
    throw new RangeError(`vendors may be apart by a share above 0, and agree in a minute or more`);
  const count = options.symbols.length;
  return {
    options,
    against: new Int32Array(count).fill(NOBODY),
    agreedFor: new Int32Array(count),
    comparedAt: new Float64Array(count),
    askedAt: new Float64Array(count),
    apart: new Map(),
    allFor: 0,
  };
}

/** Holds what the vendors have by the close of the minute `t` against what was published. Called once for each minute. */
export function compareVendors(agreement: VendorAgreement, { lives }: LiveSources, t: EpochMs): void {
  const { vendors } = agreement.options;
  if (vendors.length < 2) return;
  for (const [other, { lagMinutes }] of vendors.entries()) {
    const at = t - lagMinutes * MINUTE_MS;
    const owner = lives.findIndex(({ store, skipped }) => store.minutes.has(at) && !skipped.has(at));
    if (owner >= 0 && owner !== other) compareMinute(agreement, lives, owner, other, at);
  }
  judgeVendors(agreement, t);
}

function compareMinute(
  agreement: VendorAgreement,
  lives: readonly LiveMinutes[],
  owner: number,
  other: number,
  at: number,
): void {
  const [own, theirs] = [item(lives, owner), item(lives, other)];
  const [ours, said] = [own.store.minutes.get(at), theirs.store.minutes.get(at)];
  if (ours === undefined || said === undefined) return;
  const heard = [own, theirs].map(({ outages }) => (isMissing(outages, at) ? BAR_RANK.updated : BAR_RANK.streamed));
  for (let symbol = 0; symbol < agreement.against.length; symbol++)
    if (readUint8(ours.rank, symbol) >= item(heard, 0) && readUint8(said.rank, symbol) >= item(heard, 1))
      noteCompared(agreement, symbol, { owner, other }, barOf(ours, symbol), barOf(said, symbol));
}

const barOf = ({ t, open, high, low, close, volume }: MinuteBars, symbol: number): SaidBar => ({
  t,
  open: read(open, symbol),
  high: read(high, symbol),
  low: read(low, symbol),
  close: read(close, symbol),
  volume: read(volume, symbol),
});

/** Notes one comparison of a symbol: `ours` was published, `theirs` is what another vendor says of the same minute. */
export function noteCompared(
  agreement: VendorAgreement,
  symbol: number,
  { owner, other }: { readonly owner: number; readonly other: number },
  ours: SaidBar,
  theirs: SaidBar,
): void {
  const { options, against, agreedFor, comparedAt, apart } = agreement;
  const [own, their] = [item(options.vendors, owner), item(options.vendors, other)];
  const pair = Math.min(owner, other) * options.vendors.length + Math.max(owner, other);
  comparedAt[symbol] = ours.t;
  const by = apartOf(ours, theirs, own.coverage, their.coverage);
  // what is no number does not agree
  if (!(by <= options.apartMax)) {
    if (readInt32(against, symbol) === NOBODY || !apart.has(symbol))
      apart.set(symbol, { t: ours.t, ours: ours.close, theirs: theirs.close, by: own.feed, against: their.feed });
    against[symbol] = pair;
    agreedFor[symbol] = 0;
    return;
  }
  const held = readInt32(against, symbol);
  if (held === ANYBODY) against[symbol] = pair;
  else if (held !== pair) return;
  agreedFor[symbol] = by <= options.apartMax / 2 ? readInt32(agreedFor, symbol) + 1 : 0;
  if (readInt32(agreedFor, symbol) < options.agreeMinutes) return;
  against[symbol] = NOBODY;
  apart.delete(symbol);
}

/** Judges after each minute whether vendors disagree on so many symbols that none is relied on. */
export function judgeVendors(agreement: VendorAgreement, t: EpochMs): void {
  const { against, comparedAt, options } = agreement;
  const judged = comparedAt.reduce((count, at) => count + (at >= t - LATELY_MS ? 1 : 0), 0);
  const apart = against.reduce((count, other) => count + (other === NOBODY ? 0 : 1), 0);
  const share = apart / Math.max(1, judged, Math.min(against.length, JUDGED_SYMBOLS_MIN));
  agreement.allFor = share > options.apartShareMax ? options.agreeMinutes : Math.max(0, agreement.allFor - 1);
}

/** Whether no entry may rest on the symbol of this index, since vendors disagree. */
export const isApart = ({ against, allFor }: VendorAgreement, symbol: number): boolean =>
  allFor > 0 || readInt32(against, symbol) !== NOBODY;

/** The symbols that vendors disagree on, in canonical order. */
export const symbolsApart = (agreement: VendorAgreement): readonly Ticker[] =>
  agreement.options.symbols.filter((_, symbol) => isApart(agreement, symbol));

/** What the vendors disagree on in words, with the prices that began it; empty when they do not. */
export function wordsOfApart({ options, against, apart, allFor }: VendorAgreement): string {
  const symbols = options.symbols.flatMap((symbol, index) => (readInt32(against, index) === NOBODY ? [] : [{ symbol, index }]));
  const told = symbols.slice(0, SYMBOLS_TOLD_MAX).map(({ symbol, index }) => {
    const prices = apart.get(index);
    if (prices === undefined) return `${symbol} as before`;
    return `${symbol} (${prices.ours} by ${prices.by}, ${prices.theirs} by ${prices.against})`;
  });
  const more = symbols.length > told.length ? [`${symbols.length - told.length} more`] : [];
  const all = allFor > 0 ? ['so many that no symbol is relied on'] : [];
  const parts = [...told, ...more, ...all];
  return parts.length === 0 ? '' : `${APART_WORDS}: ${parts.join(', ')}`;
}

/**
 * Takes note of what an earlier life of the feed said of a minute: `symbols` were without entries for no other reason, `others` for one that
 * hides whether they were in disagreement, too.
 */
export function restoreApart(
  { options, against, agreedFor, apart }: VendorAgreement,
  symbols: ReadonlySet<Ticker>,
  others: ReadonlySet<Ticker>,
): void {
  for (const [index, symbol] of options.symbols.entries()) {
    if (others.has(symbol)) continue;
    against[index] = symbols.has(symbol) ? ANYBODY : NOBODY;
    agreedFor[index] = 0;
    apart.delete(index);
  }
}

/**
 * So many symbols that a vendor which is not listened to is to be asked for at `now`, in canonical order: those in disagreement first, for at
 * most half of them, and for the rest whoever was not asked for longest. They count as asked for.
 */
export function symbolsToAsk({ options, against, askedAt }: VendorAgreement, count: number, now: number): readonly Ticker[] {
  const byTurn = options.symbols.map((_, index) => index).sort((a, b) => read(askedAt, a) - read(askedAt, b) || a - b);
  const doubted = byTurn.filter((index) => readInt32(against, index) !== NOBODY).slice(0, Math.ceil(count / 2));
  const asked = new Set([...doubted, ...byTurn].slice(0, count + doubted.length));
  const chosen = [...asked].slice(0, count).sort((a, b) => a - b);
  for (const index of chosen) askedAt[index] = now;
  return chosen.map((index) => item(options.symbols, index));
}
