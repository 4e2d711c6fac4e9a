import type { OpenMarket } from '@aitrader/application-markets';
import type { WorkQueue } from '@aitrader/runtime-bus';
import type { BarSourceSpec } from '@aitrader/runtime-configuration';
import type { Listener } from '@aitrader/runtime-telemetry';
import type { Trial } from './grid.ts';
import type { TrialOutcome } from './trial-tally.ts';

/** A queue that a sweep is put on, and when to end with what there is. */
export interface SweepQueue {
  readonly queue: WorkQueue;
  readonly signal: AbortSignal;
}

export interface SweepRequest {
  readonly market: OpenMarket;
  /** where workers find the market */
  readonly source: BarSourceSpec;
  readonly trials: readonly Trial[];
  /** threads of this process that run trials; none only where there is a queue */
  readonly workers: number;
  /** where others may take trials, too */
  readonly queued?: SweepQueue | undefined;
  /** where results are kept as they come, and looked for */
  readonly into?: string | undefined;
  readonly listener: Listener;
}

/** Takes up what trials came to; it is on the disk when it returns. */
export type Finish = (found: readonly { readonly configHash: string; readonly outcome: TrialOutcome }[]) => Promise<void>;
