/**
 * 1. A chain of runs, one a trading date, decides what one run over all the dates decides: message by message, whatever is held overnight,
 *    at work, halted or half learned.
 * 2. The number of shards may be another one from date to date.
 */
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { addressOf, subjectOf, type Fact } from '@aitrader/contracts';
import { syntheticMarket, tradeDateStart, type BarTable } from '@aitrader/core-market';
import {
  cash,
  epochMs,
  item,
  runId,
  ticker,
  type Closing,
  type CorporateAction,
  type EpochMs,
  type RunConfig,
} from '@aitrader/model';
import {
  PAPER_EXCHANGE,
  ORDER_HANDLING,
  SIMULATED_DEFAULTS,
  SIMULATED_SCANNER,
  parseRunConfig,
} from '@aitrader/runtime-configuration';
import { composeClosing, newClosingReader } from '@aitrader/runtime-bus';
import { DAILY_SESSIONS, dailyConfig, dailyMarket } from '../../../../tools/testing/daily-market.ts';
import { encodeInterval } from './encode-interval.ts';
import { runInMemory, type MemoryRun } from './memory-run.ts';

fc.configureGlobal({ numRuns: 4 });
const DATES = ['2024-07-02', '2024-07-03', '2024-07-05', '2024-07-08', '2024-07-09'];
const MARKET = syntheticMarket({ seed: 11, sessions: DATES, lastingTrends: true });

/** Held over nights, in pieces, with lists: as much as can go over. */
const OVERNIGHT: RunConfig = parseRunConfig(
  {
    strategies: [{ name: 'breakout', parameters: { horizonMinutes: 900, velocityUpMin: 0.5 } }],
    // claims are believed until they come to something else
    risk: { edge: { slope: 1, slopeError: 1, halfLifeSessions: 2, halfLifeOutcomes: 20, outcomesMin: 0 } },
    simulation: { participationMax: 0.001, spread: 'estimated' },
    scanner: { ...SIMULATED_SCANNER, volumeDaysMin: 1, dollarVolumeMin: 0 },
  },
  'overnight',
);
const CONFIGS: Readonly<Record<string, RunConfig>> = {
  default: SIMULATED_DEFAULTS,
  overnight: OVERNIGHT,
  exchange: { ...OVERNIGHT, broker: { ...PAPER_EXCHANGE, ...ORDER_HANDLING, entries: 'marketable-limit' } },
};

const SPLIT: CorporateAction = {
  ...{
    id: 'split.1',
    kind: 'split',
    symbol: ticker('SYN01'),
    exAt: tradeDateStart('2024-07-05'),
    payAt: tradeDateStart('2024-07-05'),
  },
  ...{ newShares: 2, oldShares: 1, cash: cash(0), other: ticker('SYN01') },
};

type Told = readonly string[];

/** All that a run says, and what it leaves. */
async function saidBy(run: Omit<MemoryRun, 'watchers'>): Promise<{ told: Told; closing: Closing; digest: string }> {
  const told: string[] = [];
  let left: readonly string[] = [];
  const { digest } = await runInMemory({
    ...run,
    watchers: [
      (interval) => {
        for (const { fact, payload } of encodeInterval(interval))
          if (run.shards === 1 || !isSharded(fact)) told.push(`${fact} ${Buffer.from(payload).toString()}`);
      },
    ],
    onClose: (closing) => (left = composeClosing(closing)),
  });
  const reader = newClosingReader('closing');
  for (const message of left) reader.offer(Buffer.from(message));
  return { told, closing: reader.closing(), digest: digest.all };
}
const isSharded = (fact: Fact): boolean => addressOf(subjectOf(runId('x'), fact, 0)).shard >= 0;

const upTo = (table: BarTable, t: EpochMs): BarTable => ({
  ...table,
  count: table.t.subarray(0, table.count).findLastIndex((each) => each <= t) + 1,
});
const ENDS = DATES.map((date) => epochMs(tradeDateStart(date) + 24 * 3_600_000));

interface Chain {
  readonly table: BarTable;
  readonly config: RunConfig;
  /** where each of its runs ends */
  readonly ends: readonly EpochMs[];
  readonly shards?: readonly number[];
  readonly actions?: readonly CorporateAction[];
}

interface ChainSaid {
  readonly told: Told;
  readonly closings: readonly Closing[];
}

async function chain({ table, config, ends, shards = [], actions = [SPLIT] }: Chain): Promise<ChainSaid> {
  const told: string[] = [];
  const closings: Closing[] = [];
  let opening: Closing | undefined;
  for (const [i, end] of ends.entries()) {
    const day = await saidBy({ table: upTo(table, end), config, shards: shards[i] ?? 1, opening, actions, name: runId(`d${i}`) });
    told.push(...day.told);
    closings.push(structuredClone(day.closing));
    opening = day.closing;
  }
  return { told, closings };
}

/** The first message that is another one. */
function difference(told: Told, expected: Told): string {
  const first = told.findIndex((each, i) => each !== expected[i]);
  return first < 0 ? '' : `${told[first]}\n${expected[first]}`;
}

describe('a chain of runs', () => {
  it.each(Object.entries(CONFIGS))('1. decides what one run over its dates decides: %s', async (_, config) => {
    const whole = await saidBy({ table: MARKET, config, shards: 1, actions: [SPLIT] });
    const { told } = await chain({ table: MARKET, config, ends: ENDS });
    expect(whole.told.filter((each) => each.startsWith('fills')).length).toBeGreaterThan(5);
    expect(difference(told, whole.told)).toBe('');
    expect(told).toHaveLength(whole.told.length);
  });

  it('1. decides the same wherever its runs end, with positions over some of the nights', async () => {
    const { table } = dailyMarket();
    const config = dailyConfig(1_950);
    const actions: CorporateAction[] = [];
    const whole = await saidBy({ table, config, shards: 1, actions });
    const last = item(DAILY_SESSIONS, DAILY_SESSIONS.length - 1).close;
    let overNight = 0;
    const cuts = fc.uniqueArray(fc.nat(DAILY_SESSIONS.length - 2), { minLength: 10, maxLength: 40 });
    await fc.assert(
      fc.asyncProperty(cuts, async (days) => {
        const ends = [...days.sort((a, b) => a - b).map((day) => item(DAILY_SESSIONS, day).close), last];
        const { told, closings } = await chain({ table, config, ends, actions });
        expect(difference(told, whole.told)).toBe('');
        expect(told).toHaveLength(whole.told.length);
        overNight += closings.filter(({ positions }) => positions.length > 0).length;
        for (const { positions, orders } of closings)
          expect(positions.map(({ symbol }) => symbol)).toEqual(
            orders
              .filter(({ held }) => held !== 0)
              .map(({ symbol }) => symbol)
              .sort(),
          );
      }),
    );
    expect(overNight).toBeGreaterThan(2);
  });

  it('2. may have other shards each day', async () => {
    const whole = (await saidBy({ table: MARKET, config: OVERNIGHT, shards: 1, actions: [SPLIT] })).told.filter(
      (each) => !isSharded(each.slice(0, each.indexOf(' ')) as Fact),
    );
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.integer({ min: 2, max: 4 }), { minLength: DATES.length, maxLength: DATES.length }),
        async (shards) => {
          expect(difference((await chain({ table: MARKET, config: OVERNIGHT, ends: ENDS, shards })).told, whole)).toBe('');
        },
      ),
    );
  });
});
