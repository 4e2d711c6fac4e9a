/*
 * What a simulated execution was priced by, as the reason of its order event says it: what of it is an estimate, or not known.
 *
 * 1. What is written is read back as it was; of any other reason nothing is read.
 */

/** Half a spread that an execution paid, and what it is from. */
export interface SpreadNote {
  readonly halfSpreadBp: number;
  /** `bars`: the run's own bars before; `configured`: they did not tell enough */
  readonly from: 'bars' | 'configured';
  /** pairs of neighbouring bars that there were, older ones by their weight */
  readonly pairs: number;
}

const SPREAD = /(?:^|; )half-spread ([\d.e+-]+) bp (told by|configured, with) (\d+) pairs of bars/;
const FEES = /(?:^|; )fees not known /;

/** Says half a spread. */
export const spreadNote = ({ halfSpreadBp, from, pairs }: SpreadNote): string =>
  `half-spread ${halfSpreadBp} bp ${from === 'bars' ? 'told by' : 'configured, with'} ${pairs} pairs of bars`;

/** The half-spread that a reason says, if it says one. */
export function spreadNoteOf(reason: string): SpreadNote | undefined {
  const [, bp, from, pairs] = SPREAD.exec(reason) ?? [];
  if (bp === undefined) return undefined;
  return { halfSpreadBp: Number(bp), from: from === 'told by' ? 'bars' : 'configured', pairs: Number(pairs) };
}

/** Says that not all rates of the day are known, and which are taken for them: those `after 2025-12-31`, or `before` the first known. */
export const unknownFeesNote = (when: string): string => `fees not known ${when}`;

/** Whether a reason says that its fees go by the rates of another day. */
export const feesUnknownIn = (reason: string): boolean => FEES.test(reason);
