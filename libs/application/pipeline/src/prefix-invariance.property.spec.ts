import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { newSliceFeed, nextInterval, syntheticMarket, type BarTable } from '@aitrader/core-market';
import {
  epochMs,
  indexOfSymbol,
  item,
  price,
  read,
  type EpochMs,
  type SignalSlice,
  type StrategyInput,
  type Ticker,
} from '@aitrader/model';
import { BELIEVING } from '../../../../tools/testing/believing.ts';
import { newRunDigest, runInProcess, type BoundStage, type Digest, type StageFactory } from '@aitrader/runtime-engine';
import { parseRunConfig } from '@aitrader/runtime-configuration';
import { stagesOf } from '@aitrader/application-time-machine';

const MARKET: BarTable = syntheticMarket({ seed: 7, sessions: ['2024-07-03', '2024-07-05'] });
const CHUNK = 10_000;

/** The market as it was known at the close of the interval `t`. */
const knownAt = (t: EpochMs): BarTable => ({
  ...MARKET,
  count: MARKET.t.subarray(0, MARKET.count).findLastIndex((each) => each <= t) + 1,
});

/** Runs a market up to the interval `until` and digests it there. */
function digestUntil(table: BarTable, stages: StageFactory, until: EpochMs): Digest {
  const digest = newRunDigest();
  const feed = newSliceFeed(table, { shards: 1 });
  const run = runInProcess(
    {
      stages,
      shards: 1,
      timeframe: table.timeframe,
      watchers: [digest.add],
      next: (slices) => nextInterval(feed, slices) && item(slices, 0).t <= until,
    },
    CHUNK,
  );
  while (run.next().done !== true);
  return digest.current();
}

const barTimes = [...new Set(MARKET.t.subarray(0, MARKET.count))];
/** With no say of the velocity there are signals enough to peek with. */
const CONFIG = parseRunConfig({ strategies: [{ name: 'breakout', parameters: { velocityUpMin: 0.5 } }] }, 'a spec', BELIEVING);
const honest = (): StageFactory => stagesOf(CONFIG);

/** A strategy that signals when the bar after this one closes higher: it looks at the table instead of at its input. */
function peeking(table: BarTable): StageFactory {
  const strategy = (): BoundStage<StrategyInput, SignalSlice> => {
    const believed = honest().strategy();
    return {
      ...believed,
      apply: (input, emit) => {
        believed.apply(input, emit);
        const [signal] = emit.signals;
        if (signal === undefined) return;
        const next = closeAfter(table, signal.symbol, signal.t);
        const now = read(input.bars.close, indexOfSymbol(input.bars, signal.symbol));
        if (next !== undefined && next > now) emit.signals[0] = { ...signal, target: price(signal.target + 1) };
      },
    };
  };
  return { ...honest(), strategy };
}

function closeAfter(table: BarTable, symbol: Ticker, t: EpochMs): number | undefined {
  const wanted = table.symbols.indexOf(symbol);
  for (let row = 0; row < table.count; row++) {
    if (read(table.t, row) > t && table.symbol[row] === wanted) return read(table.close, row);
  }
  return undefined;
}

describe('a run on data up to T', () => {
  it('is a byte-prefix of the run on all data, whatever T', () => {
    fc.assert(
      fc.property(fc.nat(barTimes.length - 1), (cut) => {
        const t = epochMs(item(barTimes, cut));
        expect(digestUntil(knownAt(t), honest(), t)).toEqual(digestUntil(MARKET, honest(), t));
      }),
      { numRuns: 12 },
    );
  });

  it('differs from the run on all data when a planted strategy peeks one bar ahead', () => {
    // The cut stands right at a signal's bar: everywhere else the peek has come true by then.
    const signals: EpochMs[] = [];
    const feed = newSliceFeed(MARKET, { shards: 1 });
    const run = runInProcess(
      {
        stages: peeking(MARKET),
        shards: 1,
        timeframe: '1m',
        next: (slices) => nextInterval(feed, slices),
        watchers: [({ t, signals: slices }) => void (item(slices, 0).signals.length > 0 && signals.push(t))],
      },
      CHUNK,
    );
    while (run.next().done !== true);
    expect(signals.length).toBeGreaterThan(50);
    const caught = signals.slice(0, 12).filter((t) => {
      const known = knownAt(t);
      return digestUntil(known, peeking(known), t).all !== digestUntil(MARKET, peeking(MARKET), t).all;
    });
    expect(caught.length).toBeGreaterThan(2);
  });
});
