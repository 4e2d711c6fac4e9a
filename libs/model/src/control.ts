import type { Timeframe } from './bar.ts';
import type { CorporateAction } from './corporate-action.ts';
import type { DataLevel } from './data-level.ts';
import type { CommandedLimit } from './operator-limits.ts';
import { ids, type SignalId, type Ticker } from './ids.ts';
import { fnv1a32 } from './shard.ts';
import type { Side } from './order.ts';
import type { EpochMs, Price, Quantity } from './units.ts';

/** One value of a fitted model, by the name that the fit gives it. */
export interface ParameterValue {
  readonly name: string;
  readonly value: number;
}

/** What was fitted to one symbol. A later fit has another version; what was once recorded stays as it is. */
export interface ModelParameters {
  readonly symbol: Ticker;
  /** what was fitted, such as `garch` or `hmm` */
  readonly model: string;
  /** names these very values: the model and a hash of them */
  readonly version: string;
  /** of the bars that they were fitted to: a forecast of other bars has no use for them */
  readonly timeframe: Timeframe;
  /** close of the last bar that they were fitted to */
  readonly fittedTo: EpochMs;
  readonly values: readonly ParameterValue[];
}

/** An order that an operator asks for. Risk decides on it as on any other. */
export interface ManualOrder {
  /** names it wherever it is told, and is good once for a run */
  readonly id: string;
  readonly symbol: Ticker;
  readonly side: Side;
  /** above zero */
  readonly quantity: Quantity;
  readonly stop: Price;
  readonly target: Price;
  /** it is closed that many minutes after it was approved, at the latest */
  readonly minutes: number;
}

/** Shares that the books have and the broker does not, and that leave the books by an operator's word. */
export interface WriteOff {
  readonly symbol: Ticker;
  /** signed as the position that they are of: above zero of a long one */
  readonly quantity: Quantity;
  /** what each is reckoned to have been sold, or bought back, at; 0: it was lost */
  readonly price: Price;
}

export const CONTROL_KINDS = [
  'halt',
  'resume',
  'reduce-only',
  'flatten',
  'cancel',
  'order',
  'close-break',
  'adopt',
  'arm',
  'disarm',
  'limits',
  'model-parameters',
  'data-level',
  'corporate-actions',
  'end-of-bars',
] as const;
export type ControlKind = (typeof CONTROL_KINDS)[number];

const HEXADECIMAL = 16;
/** What of an id there is room for in that of an order on the wire, in code units. */
const MANUAL_ID_MAX = 120;

/** What an operator's order is answered under, as a signal is under its id: `m.<id>`; of an id that is too long, a hash. */
export const manualSignalId = ({ id }: Pick<ManualOrder, 'id'>): SignalId =>
  ids.signal(`m.${id.length <= MANUAL_ID_MAX ? id : `~${fnv1a32(id).toString(HEXADECIMAL)}`}`);

/** Commands from which on there are no new entries, until a resume. */
const WITHOUT_ENTRIES: readonly ControlKind[] = ['halt', 'reduce-only', 'flatten'];

/** Whether there are no new entries from this command on, until a resume. */
export const endsEntries = ({ kind }: Pick<Control, 'kind'>): boolean => WITHOUT_ENTRIES.includes(kind);

/**
 * A command that changes behaviour. Its place in the recording's total order says from when: with the first interval after it.
 * - `halt` and `resume`: whether new orders may be approved
 * - `reduce-only`: no new entries, exits go on, until a resume
 * - `flatten`: entries are called off, and what is held is closed
 * - `cancel`: entries that are at work are called off
 * - `order`: an operator asks for an order
 * - `close-break`: an operator's word that a break between us and the broker is settled
 * - `adopt`: an operator takes over positions that the account already held
 * - `arm`: a run with real money may enter, on the trade date that it names
 * - `disarm`: it may not any more, and entries that are at work are called off
 * - `limits`: limits of risk are smaller than configured from now on, or as configured again
 * - `model-parameters`: forecasts from interval `t` on use these parameters, which know nothing of what comes after `t`
 * - `data-level`: how far the market's data can be relied on from the first interval after `t` on
 * - `corporate-actions`: each takes effect by its own dates, and is recorded before the first interval that it is in force in
 * - `end-of-bars`: no bar comes after the interval `t`
 */
export interface Control {
  readonly kind: ControlKind;
  /** the interval that it was given after; of an operator's the last one that was recorded then */
  readonly t: EpochMs;
  readonly actor: string;
  readonly reason: string;
  /** none but with `model-parameters` */
  readonly parameters: readonly ModelParameters[];
  /** one with `data-level`, none with any other */
  readonly data: readonly DataLevel[];
  /** none but with `corporate-actions` */
  readonly actions: readonly CorporateAction[];
  /** what `reduce-only`, `flatten`, `cancel` and `adopt` are about, in canonical order; none: everything */
  readonly symbols: readonly Ticker[];
  /** one with `order`, none with any other */
  readonly manual: readonly ManualOrder[];
  /** id of the break with `close-break`, trade date with `arm`, else empty */
  readonly about: string;
  /** one with a `close-break` of a position that the books are to follow; none with any other. The first word on a break counts */
  readonly writeOffs: readonly WriteOff[];
  /** none but with `limits` */
  readonly limits: readonly CommandedLimit[];
}

/** The write-off that a command brings, if it is the first one on its break; the break is then among those that were written off. */
export function freshWriteOff(
  writtenOff: Set<string>,
  { about, writeOffs }: Pick<Control, 'about' | 'writeOffs'>,
): WriteOff | undefined {
  const [off] = writeOffs;
  if (off === undefined || writtenOff.has(about)) return undefined;
  writtenOff.add(about);
  return off;
}

/** A command that says nothing but what it is told here. */
export function newControl(
  kind: ControlKind,
  t: EpochMs,
  actor: string,
  reason: string,
  more: Partial<Omit<Control, 'kind' | 't' | 'actor' | 'reason'>> = {},
): Control {
  const none = { parameters: [], data: [], actions: [], symbols: [], manual: [], about: '', writeOffs: [], limits: [] };
  return { t, kind, actor, reason, ...none, ...more };
}
