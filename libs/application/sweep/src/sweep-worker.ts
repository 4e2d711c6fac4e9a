import { parentPort, workerData } from 'node:worker_threads';
import { inOnePart, openBars } from '@aitrader/application-markets';
import type { RunConfig } from '@aitrader/model';
import { marketHashOf } from './hash-of.ts';
import { runTrials, type TrialRun } from './run-trials.ts';
import { TrialFailed } from './trial-groups.ts';
import type { WorkerBeginning, WorkerWord } from './trial-workers.ts';

// A thread of a sweep: it has the market, or opens it, and runs one batch of configurations after the other.
const noBus = (): Promise<never> => Promise.reject(new Error('this source needs no bus'));

async function marketOf(beginning: WorkerBeginning): Promise<TrialRun['market']> {
  if ('shared' in beginning) {
    const { table, ...market } = beginning.shared;
    return { ...market, bars: inOnePart(table) };
  }
  const market = await openBars(beginning.source, noBus);
  if (marketHashOf(market) === beginning.market) return market;
  throw new Error('the bars have changed since the sweep began');
}

const opened = marketOf(workerData as WorkerBeginning);
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
