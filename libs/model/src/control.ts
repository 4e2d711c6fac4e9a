import type { EpochMs } from './units.ts';

/** A command that changes behaviour. Its place in the recording's total order says from when. */
export type Control =
  | { readonly kind: 'halt'; readonly t: EpochMs; readonly actor: string; readonly reason: string }
  | { readonly kind: 'resume'; readonly t: EpochMs; readonly actor: string; readonly reason: string }
  /** the feed has ended: no bar comes after the interval `t` */
  | { readonly kind: 'end-of-bars'; readonly t: EpochMs; readonly actor: string; readonly reason: string };
