import { Worker } from 'node:worker_threads';
import { inSharedMemory, type MarketBars, type OpenMarket } from '@aitrader/application-markets';
import type { RunConfig } from '@aitrader/model';
import { programFile, type BarSourceSpec } from '@aitrader/runtime-configuration';
import { runTrials } from './run-trials.ts';
import { TrialFailed } from './trial-groups.ts';
import type { TrialOutcome } from './trial-tally.ts';

/** One that runs batches of trials, one after the other. */
export interface TrialWorker {
  /** @throws TrialFailed, and the signal's reason, after which it may be of no more use */
  readonly run: (
    configs: readonly RunConfig[],
    onProgress: (share: number) => void,
    signal?: AbortSignal,
  ) => Promise<readonly TrialOutcome[]>;
  readonly close: () => Promise<unknown>;
}

/** What a thread is begun with: bars in memory that it shares, or where it finds those that are read as the run goes. */
export type WorkerBeginning = { readonly shared: SharedMarket } | OwnMarket;

export interface SharedMarket extends Pick<OpenMarket, 'parameters' | 'levels' | 'actions'> {
  readonly table: MarketBars;
}

export interface OwnMarket {
  readonly source: BarSourceSpec;
  /** hash of the market that it has to find there */
  readonly market: string;
}

/** What a worker says of the batch that it was given; `at` is the trial of it that failed. */
export type WorkerWord =
  | { readonly share: number }
  | { readonly outcomes: readonly TrialOutcome[] }
  | { readonly failed: string; readonly at?: number | undefined };

/** So many workers over a market: this very process alone, or threads. */
export function crewOf(workers: number, market: OpenMarket, own: OwnMarket): readonly TrialWorker[] {
  if (workers <= 1) return workers === 1 ? [workerHere(market)] : [];
  const { bars, sources: _, ...others } = market;
  const beginning = bars.table === undefined ? own : { shared: { ...others, table: inSharedMemory(bars.table) } };
  return Array.from({ length: workers }, () => workerThread(beginning));
}

const workerHere = (market: OpenMarket): TrialWorker => ({
  run: (configs, onProgress, signal) => runTrials({ market, configs, onProgress, signal }),
  close: () => Promise.resolve(),
});

function workerThread(beginning: WorkerBeginning): TrialWorker {
  const thread = new Worker(programFile('sweep-worker'), { workerData: beginning });
  return {
    run: (configs, onProgress, signal) =>
      new Promise((resolve, reject) => {
        const done = (): void => {
          thread.off('message', hear).off('error', fail).off('exit', end);
          signal?.removeEventListener('abort', stop);
        };
        const hear = (word: WorkerWord): void => {
          if ('share' in word) {
            onProgress(word.share);
            return;
          }
          done();
          if ('outcomes' in word) resolve(word.outcomes);
          else reject(word.at === undefined ? new Error(word.failed) : new TrialFailed(word.at, word.failed));
        };
        const fail = (error: unknown): void => {
          done();
          reject(error instanceof Error ? error : new Error(String(error)));
        };
        const end = (code: number): void => fail(new Error(`a worker of the sweep ended with ${code}`));
        const stop = (): void => {
          fail(signal?.reason);
          void thread.terminate();
        };
        thread.on('message', hear).on('error', fail).on('exit', end);
        signal?.addEventListener('abort', stop);
        if (signal?.aborted === true) stop();
        else thread.postMessage(configs, []);
      }),
    close: () => thread.terminate(),
  };
}
