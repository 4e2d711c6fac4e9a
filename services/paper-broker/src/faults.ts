import { Injectable } from '@nestjs/common';

/** What can be made to go wrong, on purpose, so many times. */
export const FAULT_KINDS = [
  'drop-reply',
  'error',
  'rate-limit',
  'slow',
  'duplicate-update',
  'missing-update',
  'late-update',
] as const;
export type FaultKind = (typeof FAULT_KINDS)[number];

/** What a fault is for; what is not said matches everything. */
export interface FaultMatch {
  readonly method?: string | undefined;
  /** beginning of the path */
  readonly path?: string | undefined;
  readonly symbol?: string | undefined;
  /** of an update */
  readonly event?: string | undefined;
}

export interface Fault {
  readonly id: number;
  readonly kind: FaultKind;
  /** times that it is still to happen */
  left: number;
  readonly match: FaultMatch;
  /** of `error`: what is answered, and whether the request is performed all the same */
  readonly status: number;
  readonly performed: boolean;
  /** of `slow` and `late-update` */
  readonly delayMs: number;
}

/** What is asked about: a request or an update. */
export interface FaultSubject {
  readonly method?: string;
  readonly path?: string;
  readonly symbol?: string | undefined;
  readonly event?: string;
}

/** The faults that wait for their occasion. */
@Injectable()
export class FaultBox {
  readonly #faults: Fault[] = [];
  #lastId = 0;

  add(fault: Omit<Fault, 'id'>): Fault {
    this.#lastId += 1;
    const added = { ...fault, id: this.#lastId };
    this.#faults.push(added);
    return added;
  }

  clear(): void {
    this.#faults.length = 0;
  }

  list(): readonly Fault[] {
    return this.#faults;
  }

  /** The first fault of these kinds that is for a subject; it has happened once more then. */
  take(kinds: readonly FaultKind[], subject: FaultSubject, fits: (fault: Fault) => boolean = () => true): Fault | undefined {
    if (this.#faults.length === 0) return undefined;
    const at = this.#faults.findIndex((one) => kinds.includes(one.kind) && isFor(one.match, subject) && fits(one));
    const found = this.#faults[at];
    if (found === undefined) return undefined;
    found.left -= 1;
    if (found.left <= 0) this.#faults.splice(at, 1);
    return found;
  }
}

function isFor(match: FaultMatch, subject: FaultSubject): boolean {
  return (
    (match.method === undefined || match.method.toUpperCase() === subject.method) &&
    (match.path === undefined || (subject.path?.startsWith(match.path) ?? false)) &&
    (match.symbol === undefined || match.symbol === subject.symbol) &&
    (match.event === undefined || match.event === subject.event)
  );
}
