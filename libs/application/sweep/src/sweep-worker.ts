import { parentPort, workerData } from 'node:worker_threads';
import { openBars } from '@aitrader/application-markets';
import type { RunConfig } from '@aitrader/model';
import { marketHashOf } from './hash-of.ts';
import { runTrials, TrialFailed } from './run-trials.ts';
import type { WorkerBeginning, WorkerWord } from './trial-workers.ts';

// A thread of a sweep: it opens the market, and runs one batch of configurations after the other.
const { source, market: expected } = workerData as WorkerBeginning;
const noBus = (): Promise<never> => Promise.reject(new Error('this source needs no bus'));
const opened = openBars(source, noBus).then((market) => {
  if (marketHashOf(market) === expected) return market;
  throw new Error('the bars have changed since the sweep began');
});
opened.catch(() => undefined);
const say = (word: WorkerWord): void => parentPort?.postMessage(word, []);

parentPort?.on('message', (configs: readonly RunConfig[]) => {
  opened
    .then((market) => runTrials({ market, configs, onProgress: (share) => say({ share }) }))
    .then(
      (outcomes) => say({ outcomes }),
      (error: unknown) =>
        say({
          failed: error instanceof Error ? error.message : String(error),
          at: error instanceof TrialFailed ? error.at : undefined,
        }),
    );
});
