import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { FrameLog, type StreamedBar } from '@aitrader/adapter-live-bars';
import {
  capabilityOf,
  openVendor,
  withoutSecrets,
  type KnownAdjustment,
  type RawAnswer,
  type ServerClock,
  type Vendor,
} from '@aitrader/adapter-market-data';
import { dailyClose, type ClockSample, type Coverage } from '@aitrader/core-market';
import { newYorkDate, newYorkInstant } from '@aitrader/core-sessions';
import { epochMs } from '@aitrader/model';
import type { WallClock } from '@aitrader/runtime-configuration';
import type { LiveVendor } from './live-vendor.ts';

/** What a live vendor is opened with. */
export interface LiveHost {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly clock: WallClock;
  /** where what vendors say is kept; nowhere without it */
  readonly rawFolder?: string | undefined;
  /** what went wrong with keeping it */
  readonly problem: (text: string) => void;
}

/** Which trades the bars of a vendor's feed are made of. @throws RangeError for a feed that there is not */
export function coverageOf(vendor: Vendor, feed: string): Coverage {
  const known = capabilityOf(vendor).feeds.find((each) => each.feed === feed);
  if (known === undefined) throw new RangeError(`${vendor} has no feed ${feed}`);
  return known.coverage;
}

/** Variables that hold keys. */
const KEYS = ['APCA_API_KEY_ID', 'APCA_API_SECRET_KEY', 'FINNHUB_API_KEY'];

/** A log of what a vendor says, in a folder of its own below the vendor's; undefined where nothing is kept. */
export function frameLogOf({ env, rawFolder, problem }: LiveHost, vendor: string, name: string): FrameLog | undefined {
  if (rawFolder === undefined) return undefined;
  return new FrameLog({
    folder: path.join(rawFolder, vendor, name),
    withoutSecrets: withoutSecrets(KEYS.map((key) => env[key] ?? '')),
    problem,
  });
}

/** A vendor's history as a live market asks for it: what is under way is given up when nobody waits for it any more. @throws VendorKeysError */
export function openHistory(
  vendor: Vendor,
  feed: string,
  adjustment: KnownAdjustment,
  host: LiveHost,
): Pick<LiveVendor, 'fetch' | 'clock' | 'close'> {
  const { env, clock, rawFolder, problem } = host;
  let asking: AbortSignal | undefined;
  let passing: FrameLog | undefined;
  const keepPassing = (answer: RawAnswer): void => {
    passing ??= frameLogOf(host, vendor, `asked-${feed}`);
    passing?.keep(Buffer.from(JSON.stringify(answer)), answer.receivedAt);
  };
  const { rate } = capabilityOf(vendor);
  const history = openVendor(vendor, {
    env,
    calendar: {
      instantOf: newYorkInstant,
      dateOf: newYorkDate,
      closeOf: (date) => epochMs(dailyClose(newYorkInstant(date, 0))),
    },
    ...(rawFolder === undefined ? {} : { rawFolder, keepPassing, notKept: (error) => problem(error.message) }),
    fetch: (url, init) => fetch(url, { ...init, signal: eitherOf(init?.signal, asking) }),
    // a minute of a rehearsal may be shorter than one of the vendor's
    rate: { ...rate, perMinute: rate.perMinute / clock.realMs(1) },
    now: clock.now,
    sleep: (ms) => sleep(clock.realMs(ms), undefined, asking === undefined ? {} : { signal: asking }),
    random: Math.random,
  });
  return {
    fetch: async (symbols, from, to, signal) => {
      asking = signal;
      const fetched: StreamedBar[] = [];
      const request = { symbols, from: epochMs(from), to: epochMs(to), timeframe: '1m', feed, adjustment } as const;
      for await (const batch of history.bars(request)) {
        signal.throwIfAborted();
        for (const { provisional, ...bar } of batch.bars) if (!provisional) fetched.push({ ...bar, isUpdate: false });
      }
      return fetched;
    },
    clock: () => sampleOf(history.serverClock()),
    close: async () => {
      await passing?.close();
    },
  };
}

const eitherOf = (a: AbortSignal | null | undefined, b: AbortSignal | undefined): AbortSignal =>
  AbortSignal.any([a, b].filter((signal) => signal instanceof AbortSignal));

/** What the vendor's clock proves beside ours. */
const sampleOf = (clock: ServerClock | undefined): ClockSample | undefined =>
  clock === undefined
    ? undefined
    : { at: clock.measuredAt, low: clock.skewMs - clock.uncertaintyMs, high: clock.skewMs + clock.uncertaintyMs };
