import { Worker } from 'node:worker_threads';
import type { OpenMarket } from '@aitrader/application-markets';
import type { RunConfig } from '@aitrader/model';
import { programFile, type BarSourceSpec } from '@aitrader/runtime-configuration';
import { runTrials, TrialFailed } from './run-trials.ts';
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

/** What a worker is begun with. */
export interface WorkerBeginning {
  readonly source: BarSourceSpec;
  /** hash of the market that it has to find there */
  readonly market: string;
}

/** What a worker says of the batch that it was given; `at` is the trial of it that failed. */
export type WorkerWord =
  | { readonly share: number }
  | { readonly outcomes: readonly TrialOutcome[] }
  | { readonly failed: string; readonly at?: number | undefined };

/** So many workers over a market: this very process alone, or threads that open it by themselves. */
export const crewOf = (workers: number, market: OpenMarket, beginning: WorkerBeginning): readonly TrialWorker[] =>
  workers > 1 ? Array.from({ length: workers }, () => workerThread(beginning)) : workers === 1 ? [workerHere(market)] : [];

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
