import { setTimeout as sleep } from 'node:timers/promises';
import type { LiveEvents } from '@aitrader/adapter-live-bars';
import { minuteAfter } from '@aitrader/core-market';
import type { Ticker } from '@aitrader/model';
import type { WallClock } from '@aitrader/runtime-configuration';
import type { LiveVendor } from './live-vendor.ts';

const MINUTE_MS = 60_000;
/** Minutes that are asked for each time: the last ones may have changed since. */
const MINUTES_ASKED = 3;
/** The same when the vendor was not listened to before: whether it was there while another one was silent is to be known. */
const MINUTES_ASKED_FIRST = 15;
/** The clock may be set while we sleep: look at it this often. */
const SLEEP_MS_MAX = 1_000;

export interface PollOptions {
  readonly symbols: readonly Ticker[];
  readonly clock: WallClock;
  /** how long after its close a minute is asked for */
  readonly delayMs: number;
  readonly fetch: LiveVendor['fetch'];
}

/** Asks for the last minutes whenever one of a session is over, and tells of them as a stream would. */
export function pollBars(options: PollOptions, events: LiveEvents): ReturnType<LiveVendor['stream']> {
  const ended = new AbortController();
  let polling: Promise<void> | undefined;
  return {
    open: () => {
      polling ??= poll(options, events, ended.signal);
    },
    close: async () => {
      ended.abort();
      await polling;
    },
  };
}

async function poll({ symbols, clock, delayMs, fetch }: PollOptions, events: LiveEvents, signal: AbortSignal): Promise<void> {
  const given = new Map<string, string>();
  let goodSince = -1;
  let lastGood = -1;
  for (let next = -Infinity; !signal.aborted;) {
    const t = Math.max(next, minuteAfter(Math.floor((clock.now() - delayMs) / MINUTE_MS) * MINUTE_MS - MINUTE_MS));
    if (t === Infinity) return;
    if (!(await until(t + delayMs, clock, signal))) return;
    next = t + MINUTE_MS;
    try {
      const bars = await fetch(symbols, t - (goodSince < 0 ? MINUTES_ASKED_FIRST : MINUTES_ASKED) * MINUTE_MS, t, signal);
      const at = clock.now();
      if (goodSince < 0) events.connected((goodSince = at));
      lastGood = at;
      for (const bar of bars) {
        const key = `${bar.t} ${bar.symbol}`;
        const said = JSON.stringify(bar);
        if (given.get(key) !== said) events.bar({ ...bar, isUpdate: given.has(key) }, at);
        given.set(key, said);
      }
      for (const key of given.keys()) if (Number.parseInt(key, 10) < t - 2 * MINUTES_ASKED_FIRST * MINUTE_MS) given.delete(key);
    } catch (error) {
      if (signal.aborted) return;
      events.leftAside(error instanceof Error ? error.message : String(error));
      if (goodSince >= 0) events.disconnected(lastGood, error instanceof Error ? error.message : String(error));
      goodSince = -1;
    }
  }
}

/** Waits until an instant of the clock; false when there is nothing to wait for any more. */
async function until(instant: number, clock: WallClock, signal: AbortSignal): Promise<boolean> {
  for (let left = instant - clock.now(); left > 0 && !signal.aborted; left = instant - clock.now())
    await sleep(Math.min(SLEEP_MS_MAX, Math.max(1, clock.realMs(left))), undefined, { signal }).catch(() => undefined);
  return !signal.aborted;
}
