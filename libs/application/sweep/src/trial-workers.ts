import { Worker } from 'node:worker_threads';
import type { OpenMarket } from '@aitrader/application-markets';
import type { RunConfig } from '@aitrader/model';
import { programFile, type BarSourceSpec } from '@aitrader/runtime-configuration';
import { runTrials } from './run-trials.ts';
import type { TrialOutcome } from './trial-tally.ts';

/** One that runs batches of trials, one after the other. */
export interface TrialWorker {
  readonly run: (configs: readonly RunConfig[], onProgress: (share: number) => void) => Promise<readonly TrialOutcome[]>;
  readonly close: () => Promise<unknown>;
}

/** What a worker is begun with. */
export interface WorkerBeginning {
  readonly source: BarSourceSpec;
  /** hash of the market that it has to find there */
  readonly market: string;
}

/** What a worker says of the batch that it was given. */
export type WorkerWord =
  { readonly share: number } | { readonly outcomes: readonly TrialOutcome[] } | { readonly failed: string };

/** In this very process. */
export const workerHere = (market: OpenMarket): TrialWorker => ({
  run: (configs, onProgress) => runTrials({ market, configs, onProgress }),
  close: () => Promise.resolve(),
});

/** In a thread of its own, which opens the market by itself. */
export function workerThread(beginning: WorkerBeginning): TrialWorker {
  const thread = new Worker(programFile('sweep-worker'), { workerData: beginning });
  return {
    run: (configs, onProgress) =>
      new Promise((resolve, reject) => {
        const done = (): void => {
          thread.off('message', hear);
          thread.off('error', fail);
          thread.off('exit', end);
        };
        const hear = (word: WorkerWord): void => {
          if ('share' in word) {
            onProgress(word.share);
            return;
          }
          done();
          if ('failed' in word) reject(new Error(word.failed));
          else resolve(word.outcomes);
        };
        const fail = (error: unknown): void => {
          done();
          reject(error instanceof Error ? error : new Error(String(error)));
        };
        const end = (code: number): void => fail(new Error(`a worker of the sweep ended with ${code}`));
        thread.on('message', hear).on('error', fail).on('exit', end);
        thread.postMessage(configs, []);
      }),
    close: () => thread.terminate(),
  };
}
