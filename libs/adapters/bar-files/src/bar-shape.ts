/*
 * What a shape of bar file is, as data. A shape says what its vendor's format implies and nothing more: what it leaves `undefined`
 * is asked for, never guessed.
 */

import type { Adjustment, DateOrder, Stamp } from '@aitrader/model';

/** What a vendor's format implies of the bars in it. */
export interface BarShape {
  /** the name of the shape as output has it */
  readonly title: string;
  /** the IANA zone of times that carry none; undefined: it must be said */
  readonly timeZone: string | undefined;
  /** undefined: it must be said, unless the bars are daily */
  readonly stamp: Stamp | undefined;
  readonly adjustment: Adjustment;
  /** finds the symbol in a file's name, without its endings; the whole name without one */
  readonly symbolInName?: RegExp;
  /** an ending of symbols that says where they trade, and is left out */
  readonly marketEnding?: RegExp;
  /** which comes first in dates that may be read either way; undefined: it must be said, unless the first dates show it */
  readonly dates?: DateOrder;
  /** what to know about times without a zone, said where one is asked for */
  readonly timeZoneHint?: string;
  /** what to do about a column that is missing */
  readonly missingHint?: string;
}

/** What is said about files that their content does not tell. */
export interface ReadingOptions {
  /** IANA zone of times without one, in place of what the shape implies */
  readonly timeZone?: string;
  readonly stamp?: Stamp;
  readonly adjustment?: Adjustment;
  /** symbol of files that name none */
  readonly symbol?: string;
  /** which comes first in dates like 03/04/2024 */
  readonly dates?: DateOrder;
  /** names of the columns of tables without a header, in their order */
  readonly columns?: readonly string[];
}

/** How one file, or one entry of an archive, was read. */
export interface ReadFile {
  readonly name: string;
  readonly shape: string;
  /** the shape is the product's own */
  readonly isOwn: boolean;
  readonly adjustment: Adjustment;
  readonly times: string;
  readonly stamp: Stamp | undefined;
  /** the symbol of a file that names none, and where it is from */
  readonly symbol: { readonly name: string; readonly from: 'option' | 'file name' } | undefined;
  /** rows without prices, which are no bars */
  readonly emptyRows: number;
  readonly newestFirst: boolean;
}
