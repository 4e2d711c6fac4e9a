import type { LiveEvents, StreamedBar } from '@aitrader/adapter-live-bars';
import {
  BAR_RANK,
  noteClock,
  noteConnected,
  noteDisconnected,
  noteHalt,
  sampleOfStamp,
  takeBar,
  type BarRank,
  type DataWatch,
  type LiveMinutes,
  type Taken,
} from '@aitrader/core-market';
import type { WallClock } from '@aitrader/runtime-configuration';
import type { LiveListener } from './live-feed-options.ts';
import type { LiveVendor } from './live-vendor.ts';

/** What a vendor says that is worth a word: the others are every day's. */
const TOLD: ReadonlySet<Taken> = new Set<Taken>(['off-grid', 'not-over', 'no-session', 'malformed', 'too-old']);

/** What every vendor is followed with. */
interface FollowedWith {
  readonly everyone: readonly LiveMinutes[];
  readonly watch: DataWatch;
  readonly clock: WallClock;
  readonly listener: LiveListener;
}

/** One vendor that is followed: what it says goes into minutes of its own. */
export class FollowedVendor {
  readonly vendor: LiveVendor;
  readonly live: LiveMinutes;
  readonly watch: DataWatch;
  readonly clock: WallClock;
  readonly listener: LiveListener;
  /** minutes of all vendors: a halt is the symbol's, whoever tells of it */
  readonly #everyone: readonly LiveMinutes[];
  readonly #changed: () => void;
  #stream: ReturnType<LiveVendor['stream']> | undefined;
  #clockReadAt: number | undefined;
  /** that it refuses for good */
  refusal: Error | undefined;

  constructor(vendor: LiveVendor, live: LiveMinutes, { everyone, watch, clock, listener }: FollowedWith, changed: () => void) {
    this.vendor = vendor;
    this.live = live;
    this.watch = watch;
    this.clock = clock;
    this.#everyone = everyone;
    this.listener = listener;
    this.#changed = changed;
  }

  /** Listens from now on. */
  open(): void {
    if (this.#stream !== undefined || this.refusal !== undefined) return;
    this.#stream = this.vendor.stream(this.#events());
    this.#stream.open();
  }

  get isOpen(): boolean {
    return this.#stream !== undefined;
  }

  /** Listens no more. */
  async close(): Promise<void> {
    const stream = this.#stream;
    this.#stream = undefined;
    noteDisconnected(this.live.outages, this.clock.now());
    await stream?.close();
  }

  /** Takes note of what the vendor's last answer proves of its clock; whether there was any. */
  readClock(): boolean {
    const sample = this.vendor.clock();
    if (sample !== undefined && sample.at !== this.#clockReadAt) noteClock(this.watch.clock, sample);
    this.#clockReadAt = sample?.at;
    return sample !== undefined;
  }

  /** Takes a bar that the vendor said, and tells what is worth a word. */
  take(bar: StreamedBar, rank: BarRank, at: number): void {
    const taken = takeBar(this.live, bar.symbol, bar, rank, at);
    if (TOLD.has(taken)) this.listener.leftAside(this.vendor.feed, `a bar of ${bar.symbol} at ${bar.t}: ${taken}`);
  }

  #events(): LiveEvents {
    const { listener, live, watch } = this;
    const { feed } = this.vendor;
    return {
      connected: (at) => {
        noteConnected(live.outages, at);
        listener.connected(feed, at);
        this.#changed();
      },
      disconnected: (at, why) => {
        noteDisconnected(live.outages, at);
        listener.disconnected(feed, at, why);
        this.#changed();
      },
      bar: (bar, at) => {
        // It was made when its minute was over, by the vendor's clock.
        noteClock(watch.clock, sampleOfStamp(bar.t, at));
        this.take(bar, bar.isUpdate ? BAR_RANK.updated : BAR_RANK.streamed, at);
      },
      halt: (symbol, halted, at) => {
        for (const each of this.#everyone) noteHalt(each, symbol, halted, at);
      },
      raw: () => undefined,
      leftAside: (what) => listener.leftAside(feed, what),
      refused: (error) => {
        this.refusal = error;
        void this.close();
        listener.refused(feed, error);
        this.#changed();
      },
    };
  }
}
