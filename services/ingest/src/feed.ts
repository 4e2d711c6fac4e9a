import type { EpochMs, Manifest } from '@aitrader/model';
import type { FencedPublisher } from '@aitrader/runtime-bus';

/** Where a run's intervals come from: bars that are played, or a market that is followed. */
export interface Feed {
  /** of a run that begins now; one that was begun before has another instant in it */
  readonly manifest: Manifest;
  /** takes up where an earlier life of the service stopped; called once, before `play` */
  readonly resume: (publisher: FencedPublisher) => Promise<void>;
  /**
   * publishes interval after interval, all shards at once, until there is no more or `signal` says so; true when there is no more.
   * `stored` is told what was stored: how long it took since it was there, ms
   */
  readonly play: (publisher: FencedPublisher, signal: AbortSignal, stored: (tookMs: number) => void) => Promise<boolean>;
  /** the last interval that was published, −1 before the first, and how many wait for execution */
  readonly sent: EpochMs | -1;
  readonly ahead: number;
}
