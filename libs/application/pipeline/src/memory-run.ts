import { setImmediate as breathe } from 'node:timers/promises';
import { inOnePart, newMarketFeed, type MarketBars, type PartedBars } from '@aitrader/application-markets';
import {
  commandFeed,
  newBarRecall,
  nextInterval,
  parametersDue,
  recallBars,
  recallCommand,
  type BarRecall,
} from '@aitrader/core-market';
import {
  runId,
  type Closing,
  type Control,
  type CorporateAction,
  type ModelParameters,
  type RunConfig,
  type RunId,
} from '@aitrader/model';
import {
  newRunDigest,
  newRunTally,
  runInProcess,
  type Digest,
  type IntervalWatcher,
  type RunSummary,
  type StageFactory,
} from '@aitrader/runtime-engine';
import { closingOf, feedEndOf } from './closing.ts';
import { stagesOf } from '@aitrader/application-time-machine';

/** Intervals between two looks at the outside world: progress, a recording's flush, Ctrl-C. */
const CHUNK_INTERVALS = 4_096;

export interface MarketRun {
  readonly bars: PartedBars;
  readonly parameters?: readonly ModelParameters[];
  /** how far the market could be relied on, as recorded */
  readonly levels?: readonly Control[];
  /** what companies did to their shares, as the bars' prices follow it */
  readonly actions?: readonly CorporateAction[];
  readonly config: RunConfig;
  readonly shards: number;
  /** the stages, when not those of the configuration */
  readonly stages?: StageFactory;
  readonly watchers?: readonly IntervalWatcher[];
  readonly onProgress?: (share: number) => void;
  /** awaited between chunks */
  readonly flush?: () => Promise<void>;
  /** intervals of a chunk */
  readonly chunk?: number;
  /** what the run goes on from; its states are used up */
  readonly opening?: Closing | undefined;
  /** given what the run leaves, which is to be written down at once */
  readonly onClose?: (closing: Closing) => void;
  /** as which it leaves that */
  readonly name?: RunId;
}

export interface RunResult extends RunSummary {
  readonly seconds: number;
  readonly digest: Digest;
}

export type MemoryRun = Omit<MarketRun, 'bars'> & { readonly table: MarketBars };

/** Runs a table, which has bars, through the in-process host, with digest and tally. */
export const runInMemory = ({ table, ...run }: MemoryRun): Promise<RunResult> => runMarket({ ...run, bars: inOnePart(table) });

/** Runs a market through the in-process host, with digest and tally, and holds one part of its bars at a time. */
export async function runMarket(run: MarketRun): Promise<RunResult> {
  const { bars, opening } = run;
  const digest = newRunDigest();
  const tally = newRunTally(opening?.account.equity ?? run.config.risk.startingCash);
  const goOn = opening === undefined ? undefined : feedEndOf(opening);
  const parameters = commandFeed({ ...run, first: bars.first }, 'ingest', goOn);
  const recall = run.onClose === undefined ? undefined : (goOn?.recall ?? newBarRecall(bars.timeframe));
  const started = performance.now();
  const market = await newMarketFeed(bars, run.shards, run.actions, goOn);
  const host = runInProcess(
    {
      stages: run.stages ?? stagesOf(run.config),
      shards: run.shards,
      timeframe: bars.timeframe,
      next: (slices) => nextInterval(market.feed, slices),
      isOver: market.isOver,
      controlBefore: (t) => parametersDue(parameters, t),
      watchers: [digest.add, tally.add, ...recalling(recall), ...(run.watchers ?? [])],
      opening,
      onEnd: (parts, { decision }) => {
        if (recall === undefined) return;
        const ended = { run: run.name ?? runId('memory'), digest: digest.current().all, timeframe: bars.timeframe };
        run.onClose?.(closingOf({ ...ended, parts, decision, recall }));
      },
    },
    run.chunk ?? CHUNK_INTERVALS,
  );
  while (host.next().done !== true) {
    run.onProgress?.(market.barsRead() / bars.count);
    await run.flush?.();
    if (market.isDrained()) await market.more();
    await breathe();
  }
  await run.flush?.();
  run.onProgress?.(1);
  return { ...tally.current(), digest: digest.current(), seconds: (performance.now() - started) / 1000 };
}

const recalling = (recall: BarRecall | undefined): readonly IntervalWatcher[] =>
  recall === undefined
    ? []
    : [
        ({ bars, control }) => {
          for (const command of control) recallCommand(recall, command);
          recallBars(recall, bars);
        },
      ];
