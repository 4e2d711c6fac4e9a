import { ticker, type Ticker } from '@aitrader/model';

const CLASS_SHARE = /^([A-Z]{1,6})[.\-/]([A-Z])$/;
const PLAIN = /^[A-Z0-9]{1,6}$/;

/**
 * The one name of a symbol, however it is written: `brk-b`, `BRK/B` and `BRK.B` are BRK.B, the way the tape prints it.
 * @throws UnitError for what is no symbol
 */
export function canonicalSymbol(text: string): Ticker {
  const upper = text.trim().toUpperCase();
  const [, root, suffix] = CLASS_SHARE.exec(upper) ?? [];
  return ticker(root === undefined || suffix === undefined ? upper : `${root}.${suffix}`);
}

/** A symbol where classes of shares are told with a hyphen, as BRK-B; undefined for one whose name there is not known. */
export function hyphenatedSymbol(symbol: Ticker): string | undefined {
  if (PLAIN.test(symbol)) return symbol;
  const [, root, suffix] = CLASS_SHARE.exec(symbol) ?? [];
  return root === undefined || suffix === undefined ? undefined : `${root}-${suffix}`;
}
