import { Controller } from '@nestjs/common';
import { Ctx, Payload } from '@nestjs/microservices';
import { decodeBars, decodeControl, decodeStates, encodeWatchlist, type Fact } from '@aitrader/contracts';
import { scanTimes, SCANNER_COLUMNS, scannerStage } from '@aitrader/core-scanner';
import { newBarSlice, newScannerWord, newStateSlice, type EpochMs, type Manifest } from '@aitrader/model';
import { required, type IntervalMessages, type Said } from '@aitrader/runtime-bus';
import { ConfigurationError } from '@aitrader/runtime-configuration';
import { bindStage } from '@aitrader/runtime-engine';
import { Stage, StageContext, StageInstances } from '@aitrader/runtime-service';

const CAPACITY = 64;
const COLUMNS_READ = new Set(SCANNER_COLUMNS);

export const newScanner = ({ config: { scanner }, timeframe, shards, run }: Manifest) => {
  if (scanner === null) throw new ConfigurationError(run, ['scanner: the run has no scanner, so there is nothing to run']);
  const each = <T>(make: (shard: number) => T): T[] => Array.from({ length: shards }, (_, shard) => make(shard));
  const isScan = scanTimes(scanner, timeframe);
  return {
    stage: bindStage(scannerStage, scanner),
    schedule: (_: Fact, before: number, t: EpochMs) => isScan(before, t),
    bars: each((shard) => newBarSlice(shard, timeframe, CAPACITY)),
    states: each((shard) => newStateSlice(shard, CAPACITY)),
    word: newScannerWord(),
  };
};

/** The scanner behind the bus: every shard's bars and states in, a list out at the intervals of scans. */
@Controller()
export class ScannerController {
  readonly #instances: StageInstances<ReturnType<typeof newScanner>>;

  constructor(instances: StageInstances<ReturnType<typeof newScanner>>) {
    this.#instances = instances;
  }

  @Stage('scanner')
  scan(@Payload() messages: IntervalMessages, @Ctx() { shard: account }: StageContext): readonly Said[] {
    const { stage, bars, states, word } = this.#instances.of(account);
    for (const slice of bars) decodeBars(required(messages, 'bars', slice.shard), slice);
    for (const slice of states) decodeStates(required(messages, 'states', slice.shard), slice, COLUMNS_READ);
    stage.apply({ t: messages.t, bars, states, control: messages.control.map(decodeControl) }, word);
    return word.watchlist === null ? [] : [{ fact: 'watchlists', payload: encodeWatchlist(word.watchlist) }];
  }
}
