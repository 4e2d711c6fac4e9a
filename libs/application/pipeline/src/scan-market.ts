import { setImmediate as breathe } from 'node:timers/promises';
import { newMarketFeed, type PartedBars } from '@aitrader/application-markets';
import { actionCommands, newParameterFeed, newSlices, nextInterval, parametersDue } from '@aitrader/core-market';
import { probabilityStage } from '@aitrader/core-probability';
import { scannerStage } from '@aitrader/core-scanner';
import {
  item,
  newScannerWord,
  newStateSlice,
  type CorporateAction,
  type EpochMs,
  type ModelParameters,
  type ProbabilityConfig,
  type ScannerConfig,
  type Watchlist,
} from '@aitrader/model';
import { bindStage } from '@aitrader/runtime-engine';

/** Intervals between two looks at the outside world. */
const CHUNK_INTERVALS = 4_096;

export interface MarketScan {
  readonly bars: PartedBars;
  readonly probability: ProbabilityConfig;
  readonly scanner: ScannerConfig;
  readonly shards: number;
  readonly parameters?: readonly ModelParameters[];
  readonly actions?: readonly CorporateAction[];
  readonly onProgress?: (share: number) => void;
}

/**
 * The lists that a run's scanner makes of a market, in the order of time: those of a run over the same bars, without what comes after
 * them. One part of the bars is held at a time.
 */
export async function scanMarket(scan: MarketScan): Promise<readonly Watchlist[]> {
  const { bars, shards } = scan;
  const commands = actionCommands(scan.actions ?? [], 'ingest', bars.first);
  const controls = newParameterFeed(scan.parameters ?? [], 'ingest', bars.first, commands);
  const market = await newMarketFeed(bars, shards, scan.actions);
  const slices = newSlices(market.feed);
  const filters = slices.map(() => bindStage(probabilityStage, scan.probability));
  const states = slices.map(({ shard }) => newStateSlice(shard, bars.symbols.length));
  const scanner = bindStage(scannerStage, scan.scanner);
  const word = newScannerWord();
  const lists: Watchlist[] = [];
  for (let interval = 1; !market.isOver(); interval++) {
    if (!nextInterval(market.feed, slices)) {
      await market.more();
      continue;
    }
    const t: EpochMs = item(slices, 0).t;
    const control = parametersDue(controls, t);
    for (const [shard, filter] of filters.entries()) filter.apply({ bars: item(slices, shard), control }, item(states, shard));
    scanner.apply({ t, bars: slices, states, control }, word);
    if (word.watchlist !== null) lists.push(word.watchlist);
    if (interval % CHUNK_INTERVALS !== 0) continue;
    scan.onProgress?.(market.barsRead() / bars.count);
    await breathe();
  }
  scan.onProgress?.(1);
  return lists;
}
