import type { Vendor } from './vendor-bars.ts';

/**
 * Why a vendor gave no bars. The first four may be otherwise in a moment: nothing answered, the vendor is broken, the answer is
 * broken, too many requests. The others stay as they are: keys that are not accepted, a plan that does not include it, the requests of
 * the day used up, a symbol that is not known, an answer of a shape that is not known, anything else that was refused; and a vendor
 * that failed so often that it is left alone for a while.
 */
export type VendorProblem =
  | 'unreachable'
  | 'server'
  | 'malformed'
  | 'throttled'
  | 'unauthorised'
  | 'plan'
  | 'quota'
  | 'unknown-symbol'
  | 'unexpected'
  | 'refused'
  | 'left-alone';

const PASSING: ReadonlySet<VendorProblem> = new Set(['unreachable', 'server', 'malformed', 'throttled']);
/** What says something about the health of the vendor, and not of the request. */
const SICK: ReadonlySet<VendorProblem> = new Set(['unreachable', 'server', 'malformed']);

/** Longest piece of an answer that a message quotes. */
const QUOTED_CHARACTERS_MAX = 200;

/** A piece of an answer as a message quotes it: one line, cut. */
export const quotedAnswer = (text: string): string =>
  JSON.stringify(text.replaceAll(/\s+/g, ' ').trim().slice(0, QUOTED_CHARACTERS_MAX));

/** Thrown when a vendor gives no bars. No message of it holds a key. */
export class VendorError extends Error {
  override readonly name = 'VendorError';
  readonly vendor: Vendor;
  readonly problem: VendorProblem;
  /** how long the vendor wants to be left alone */
  readonly retryAfterMs: number | undefined;

  constructor(vendor: Vendor, problem: VendorProblem, text: string, retryAfterMs?: number) {
    super(`${vendor}: ${text}`);
    this.vendor = vendor;
    this.problem = problem;
    this.retryAfterMs = retryAfterMs;
  }
}

/** Whether asking again may help. */
export const isPassing = (error: unknown): boolean => error instanceof VendorError && PASSING.has(error.problem);
/** Whether an error counts against the vendor's health. */
export const isSick = (error: unknown): boolean => error instanceof VendorError && SICK.has(error.problem);
