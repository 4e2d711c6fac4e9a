import { canonicalSpelling, canonicalTicker, type Ticker } from '@aitrader/model';

const CLASS_SHARE = /^([A-Z]{1,6})[.\-/]([A-Z])$/;
const PLAIN = /^[A-Z0-9]{1,6}$/;

/** The one name of a symbol as someone types it, in letters of any size. @throws UnitError for what is no symbol */
export function canonicalSymbol(text: string): Ticker {
  const spelled = canonicalSpelling(text);
  return canonicalTicker(spelled === spelled.toUpperCase() ? spelled : spelled.toUpperCase());
}

/** A symbol where classes of shares are told with a hyphen, as BRK-B; undefined for one whose name there is not known. */
export function hyphenatedSymbol(symbol: Ticker): string | undefined {
  if (PLAIN.test(symbol)) return symbol;
  const [, root, suffix] = CLASS_SHARE.exec(symbol) ?? [];
  return root === undefined || suffix === undefined ? undefined : `${root}-${suffix}`;
}
