import { actionsDue, hearActions, newAgenda, symbolsOf } from '@aitrader/core-market';
import { momentAt, newCalendarCursor, type Moment } from '@aitrader/core-sessions';
import {
  dollarsOfPrice,
  E8,
  isQuarantined,
  item,
  QUANTILE_LEVELS,
  read,
  readUint32,
  REGIMES,
  type Signal,
  type Ticker,
} from '@aitrader/model';
import { ln } from '@aitrader/core-numeric';
import type { Interval } from '@aitrader/runtime-engine';

/*
 * What signals said of the return over their horizon against what it came to, traded or not.
 *
 * 1. A signal is held against the last close of regular hours at or before its horizon's end, once; a corporate action of its symbol drops it.
 * 2. Those whose end the run does not have are not counted.
 */

/** Central intervals that are counted. */
export const SIGNAL_COVERAGES = [50, 80, 95] as const;

/** How signals of a group fared. */
export interface SignalGroup {
  /** a strategy, or a regime and a part of the day */
  readonly group: string;
  readonly of: 'all' | 'strategy' | 'regime and part of the day';
  readonly signals: number;
  /** how many outcomes lay within each of the central intervals */
  readonly within: readonly number[];
  /** how many lay below the median */
  readonly below: number;
}

interface Waiting {
  readonly due: number;
  readonly signal: Signal;
  readonly groups: readonly (readonly [SignalGroup['of'], string])[];
}

type Counted = { -readonly [Key in keyof SignalGroup]: SignalGroup[Key] } & { within: number[] };

const PER_CENT = 100;
const quantileAt = (level: number): number => QUANTILE_LEVELS.findIndex((each) => Math.abs(each - level) < 1e-9);
const ENDS = SIGNAL_COVERAGES.map((coverage) => {
  const tail = (1 - coverage / PER_CENT) / 2;
  return [quantileAt(tail), quantileAt(1 - tail)] as const;
});
const MEDIAN = quantileAt(0.5);

/** Minutes that the beginning and the end of a session have. */
const PART_MINUTES = 30;
const MS_PER_MINUTE = 60_000;

function partOf({ session }: Moment, t: number): string {
  if (session === undefined) return 'no session';
  if (t - session.open <= PART_MINUTES * MS_PER_MINUTE) return 'first half hour';
  return session.close - t < PART_MINUTES * MS_PER_MINUTE ? 'last half hour' : 'midday';
}

/** Takes in intervals, one after the other. */
export class SignalCalibration {
  readonly #calendar = newCalendarCursor();
  readonly #agenda = newAgenda();
  readonly #waiting = new Map<Ticker, Waiting[]>();
  readonly #close = new Map<Ticker, number>();
  readonly #groups = new Map<string, Counted>();

  add({ t, bars, signals, control }: Interval): void {
    for (const command of control) hearActions(this.#agenda, command);
    for (const action of actionsDue(this.#agenda, t))
      for (const symbol of symbolsOf(action)) {
        this.#waiting.delete(symbol);
        this.#close.delete(symbol);
      }
    const moment = momentAt(this.#calendar, t);
    if (moment.phase !== 'RTH') return;
    for (const slice of bars)
      for (let row = 0; row < slice.count; row++)
        if (!isQuarantined(readUint32(slice.flags, row)))
          this.#passed(item(slice.symbols, row), moment.regularMinute, read(slice.close, row));
    const part = bars[0]?.timeframe === '1d' ? 'by day' : partOf(moment, t);
    for (const slice of signals) for (const signal of slice.signals) this.#said(signal, moment.regularMinute, part);
  }

  #said(signal: Signal, minute: number, part: string): void {
    const { symbol, strategy, regime, horizonMinutes } = signal;
    const waiting = this.#waiting.get(symbol) ?? [];
    this.#waiting.set(symbol, waiting);
    waiting.push({
      ...{ due: minute + horizonMinutes, signal },
      groups: [
        ['all', 'all signals'],
        ['strategy', strategy],
        ['regime and part of the day', `${REGIMES[regime] ?? 'unknown'}, ${part}`],
      ],
    });
  }

  #passed(symbol: Ticker, minute: number, close: number): void {
    const before = this.#close.get(symbol);
    const waiting = this.#waiting.get(symbol) ?? [];
    for (const one of waiting) {
      if (one.due > minute) continue;
      const at = one.due === minute ? close : before;
      if (at !== undefined) this.#count(one, at);
    }
    if (waiting.some(({ due }) => due <= minute))
      this.#waiting.set(
        symbol,
        waiting.filter(({ due }) => due > minute),
      );
    this.#close.set(symbol, close);
  }

  #count({ signal: { reference, forward }, groups }: Waiting, close: number): void {
    const outcome = E8 * ln(close / dollarsOfPrice(reference));
    const quantile = (at: number): number => forward.quantilesE8[at] ?? NaN;
    for (const [of, group] of groups) {
      const key = `${of} ${group}`;
      const counted = this.#groups.get(key) ?? { of, group, signals: 0, within: ENDS.map(() => 0), below: 0 };
      this.#groups.set(key, counted);
      counted.signals += 1;
      if (outcome < quantile(MEDIAN)) counted.below += 1;
      ENDS.forEach(([low, high], i) => {
        if (outcome >= quantile(low) && outcome <= quantile(high)) counted.within[i] = (counted.within[i] ?? 0) + 1;
      });
    }
  }

  /** By group: all, then strategies, then regimes and parts of the day. */
  current(): readonly SignalGroup[] {
    const order: readonly SignalGroup['of'][] = ['all', 'strategy', 'regime and part of the day'];
    return [...this.#groups.values()].sort((a, b) => order.indexOf(a.of) - order.indexOf(b.of) || (a.group < b.group ? -1 : 1));
  }
}
