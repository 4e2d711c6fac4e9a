import { newYorkDate, sessionOn } from '@aitrader/core-sessions';
import type { EpochMs } from '@aitrader/model';

/** Notices, among intervals that close one after the other, the first one of a date that regular hours have ended by. */
export class SessionCloses {
  #before: EpochMs | undefined;

  /** Hears that an interval closed at `t`; whether the session's close came with it. The first one that is heard is judged by itself. */
  hear(t: EpochMs): boolean {
    const before = this.#before;
    this.#before = t;
    const close = sessionOn(newYorkDate(t))?.close;
    if (close === undefined || t < close) return false;
    return before === undefined ? t === close : before < close;
  }
}
