import type { LiveEvents } from '@aitrader/adapter-live-bars';
import {
  BAR_RANK,
  closeMinute,
  dueAt,
  newLiveSlices,
  noteClock,
  noteConnected,
  noteDisconnected,
  noteHalt,
  sampleOfStamp,
  watchMinute,
} from '@aitrader/core-market';
import type { BarSlice, Control } from '@aitrader/model';
import { ConfigurationError } from '@aitrader/runtime-configuration';
import { keepFetching } from './keep-fetching.ts';
import type { LiveFeedOptions } from './live-feed-options.ts';
import { takeStreamed } from './taken-bars.ts';

/** The clock may be set while we sleep: look at it this often. */
const SLEEP_MS_MAX = 1_000;
/**
 * Drives a live market by the wall clock: listens, fetches what may have been lost, and hands over each minute when it is due, one after
 * the other, with the command that is to stand before it when there is something to be said of the data. Ends after the minute `until`, or when `signal` says so. @throws ConfigurationError when the vendor refuses for
 * good, so that nobody starts it again, and whatever `publish` throws
 */
export async function runLiveFeed(
  options: LiveFeedOptions,
  publish: (slices: readonly BarSlice[], level: Control | undefined) => Promise<void>,
  signal: AbortSignal,
): Promise<void> {
  const { live, watch, vendor, clock, until } = options;
  const slices = newLiveSlices(live);
  const ended = new AbortController();
  const wakeUp = newWakeUp();
  let refused: Error | undefined;
  const stream = vendor.stream(
    eventsOf(
      options,
      () => wakeUp.now(),
      (error) => {
        refused = error;
        wakeUp.now();
      },
    ),
  );
  const stop = AbortSignal.any([signal, ended.signal]);
  const fetching = keepFetching(options, stop, () => wakeUp.now());
  stream.open();
  try {
    while (!signal.aborted && live.next <= until) {
      if (refused !== undefined) throw new ConfigurationError(vendor.feed, [refused.message]);
      const now = clock.now();
      if (closeMinute(live, slices, now)) await publish(slices, watchMinute(watch, slices, now));
      else await wakeUp.after(Math.min(SLEEP_MS_MAX, Math.max(1, clock.realMs(dueAt(live) - now))), signal);
    }
  } finally {
    ended.abort();
    stream.close();
    await fetching;
  }
}

function eventsOf({ live, watch, listener }: LiveFeedOptions, changed: () => void, refused: (error: Error) => void): LiveEvents {
  return {
    connected: (at) => {
      noteConnected(live.outages, at);
      listener.connected(at);
      changed();
    },
    disconnected: (at, why) => {
      noteDisconnected(live.outages, at);
      listener.disconnected(at, why);
      changed();
    },
    bar: (bar, at) => {
      // It was made when its minute was over, by the vendor's clock.
      noteClock(watch.clock, sampleOfStamp(bar.t, at));
      takeStreamed(live, bar, bar.isUpdate ? BAR_RANK.updated : BAR_RANK.streamed, at, listener);
    },
    halt: (symbol, halted) => noteHalt(live, symbol, halted),
    raw: listener.raw,
    leftAside: listener.leftAside,
    refused,
  };
}

/** A sleep that an event ends. */
function newWakeUp(): { readonly now: () => void; readonly after: (ms: number, signal: AbortSignal) => Promise<void> } {
  let wake: () => void = () => undefined;
  return {
    now: () => wake(),
    after: (ms, signal) =>
      new Promise((resolve) => {
        const done = (): void => {
          clearTimeout(timer);
          signal.removeEventListener('abort', done);
          wake = () => undefined;
          resolve();
        };
        const timer = setTimeout(done, ms);
        signal.addEventListener('abort', done);
        wake = done;
      }),
  };
}
