import { ticker, type Ticker } from './ids.ts';

/*
 * One name for a listing, however its vendors write it.
 *
 * | what it is          | canonical | as it is also written          |
 * | ------------------- | --------- | ------------------------------ |
 * | class of shares     | `BRK.B`   | `BRK-B`, `BRK/B`, `brk.b`      |
 * | preferred shares    | `BAC.PRL` | `BACpL` (Massive), `BAC-PL` (Yahoo), `BAC/PRL` |
 * | when issued         | `ABC.WI`  | `ABCw` (Massive)               |
 * | rights              | `ABC.RT`  | `ABCr` (Massive)               |
 *
 * Small letters beside large ones mean something; those that are not listed here stay no ticker, and are not for us to leave out.
 */

const SPELLINGS: readonly (readonly [RegExp, string])[] = [
  [/^([A-Z]{1,6})[.\-/]([A-Z])$/, '$1.$2'],
  [/^([A-Z]{1,6})p([A-Z])$/, '$1.PR$2'],
  [/^([A-Z]{1,6})p$/, '$1.PR'],
  [/^([A-Z]{1,6})-P([A-Z])$/, '$1.PR$2'],
  [/^([A-Z]{1,6})[-/]PR([A-Z]?)$/, '$1.PR$2'],
  [/^([A-Z]{1,6})w$/, '$1.WI'],
  [/^([A-Z]{1,6})r$/, '$1.RT'],
  [/^([A-Z]{1,6})p([A-Z])w$/, '$1.PR$2.WI'],
];

/** The canonical spelling of a symbol as text, which need not be a ticker yet: all small letters are the large ones. */
export function canonicalSpelling(text: string): string {
  const name = text.trim();
  const large = name === name.toLowerCase() ? name.toUpperCase() : name;
  for (const [spelling, canonical] of SPELLINGS) if (spelling.test(large)) return large.replace(spelling, canonical);
  return large;
}

/** The ticker that a text spells, in its canonical spelling. @throws UnitError for what is none */
export const canonicalTicker = (text: string): Ticker => ticker(canonicalSpelling(text));
