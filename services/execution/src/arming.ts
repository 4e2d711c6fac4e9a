import { tradeDateAt } from '@aitrader/core-sessions';
import { epochMs, type Control, type Manifest } from '@aitrader/model';

/**
 * Whether a recording lets entries be sent with real money: its last word on it, and the date by the wall clock. Set apart from the order
 * manager, which asks the same of the recording by its own time before it makes a request.
 */
export class Arming {
  readonly #isNeeded: boolean;
  #armedFor: string | null = null;
  #heardTo = 0;

  constructor({ config: { broker } }: Pick<Manifest, 'config'>) {
    this.#isNeeded = broker?.account === 'live';
  }

  /** Hears a command, with its place in the recording; what was heard already is passed over, or it would be in force again. */
  hear(seq: number, { kind, about }: Pick<Control, 'kind' | 'about'>): void {
    if (seq <= this.#heardTo) return;
    this.#heardTo = seq;
    if (kind === 'arm') this.#armedFor = about;
    else if (kind === 'disarm') this.#armedFor = null;
  }

  /** @throws CalendarRangeError for an instant that no calendar knows */
  isArmedAt(now: number): boolean {
    return !this.#isNeeded || (this.#armedFor !== null && this.#armedFor === tradeDateAt(epochMs(now)));
  }
}
