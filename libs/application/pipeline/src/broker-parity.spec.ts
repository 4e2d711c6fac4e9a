/**
 * 1. A run at the paper exchange by the simulator's rules trades what a run with the simulated broker trades, to the unit, and risk decides
 *    the same.
 * 2. By the vendor's rules, with limits and exits that wait for their entry, all that is entered is left again, and nothing is refused; also
 *    where every order is worked in children.
 * 3. What an operator commands means the same at both, but that a stop which was triggered already keeps its name with the simulated broker.
 */
import { describe, expect, it } from '@jest/globals';
import { sampleMarket } from '@aitrader/core-market';
import {
  epochMs,
  item,
  newControl,
  type Control,
  type ExecutionReport,
  type Fill,
  type OrderEvent,
  type OrderHandling,
  type RunConfig,
  type Ticker,
  type WorkingRules,
} from '@aitrader/model';
import { PAPER_EXCHANGE, parseRunConfig } from '@aitrader/runtime-configuration';
import type { StageFactory } from '@aitrader/runtime-engine';
import { runInMemory } from './memory-run.ts';
import { stagesOf } from '@aitrader/application-time-machine';

const EAGER = { edgeError: 0, edge: null, kellyFraction: 1 };
/**
 * Trades that cost little, so that many are made: with all that an order may trade at once; thin, so that orders fill in pieces; and hurried, so that
 * many run out of time with a part entered.
 */
const CONFIGS = {
  cheap: { risk: EAGER, simulation: { halfSpreadBpRegular: 0.2, impactBp: 2 } },
  thin: {
    risk: EAGER,
    simulation: { participationMax: 0.0005, feePerShareDollars: 0.001, halfSpreadBpRegular: 0.1, impactBp: 2 },
  },
  hurried: {
    risk: EAGER,
    simulation: { participationMax: 0.0002, feePerShareDollars: 0.0001, halfSpreadBpRegular: 0.02, impactBp: 0.2 },
    strategies: [{ name: 'breakout', parameters: { horizonMinutes: 5 } }],
  },
};

const atExchange = (config: RunConfig, entries: OrderHandling['entries'], working: WorkingRules | null = null): StageFactory =>
  stagesOf({ ...config, broker: { ...PAPER_EXCHANGE, entries, working } });

async function tradesOf(config: RunConfig, stages: StageFactory, levels: readonly Control[] = []) {
  const fills: Fill[] = [];
  const faults: OrderEvent[] = [];
  const watch = ({ report }: { readonly report: ExecutionReport }): void => {
    fills.push(...structuredClone(report.fills));
    faults.push(...report.events.filter(({ kind }) => kind === 'rejected' || kind === 'unknown'));
  };
  const { equity } = await runInMemory({ table: sampleMarket(), config, shards: 2, stages, levels, watchers: [watch] });
  return { fills, equity, faults };
}

const MINUTE_MS = 60_000;
const ALGORITHMS: readonly WorkingRules['algorithm'][] = ['twap', 'participation'];

const words = ({ t, orderId, leg, side, quantity, price, fee }: Fill): string =>
  `${t} ${orderId} ${leg} ${side} ${quantity} @ ${price} fee ${fee}`;

/** What is held in the end, by symbol. */
function heldAfter(fills: readonly Fill[]): ReadonlyMap<Ticker, number> {
  const held = new Map<Ticker, number>();
  for (const { symbol, side, quantity } of fills)
    held.set(symbol, (held.get(symbol) ?? 0) + (side === 'buy' ? quantity : -quantity));
  return held;
}

describe('a run at the paper exchange', () => {
  it.each(Object.entries(CONFIGS))('1. trades as with the simulated broker: %s', async (name, given) => {
    const config = parseRunConfig(given, name);
    const simulated = await tradesOf(config, stagesOf(config));
    const traded = await tradesOf(config, atExchange(config, 'market'));
    expect(simulated.fills.length).toBeGreaterThanOrEqual(120);
    expect(traded.fills.map(words)).toEqual(simulated.fills.map(words));
    expect(traded.equity).toEqual(simulated.equity);
    expect(traded.faults).toEqual([]);
  });

  it.each(Object.entries(CONFIGS))("2. is flat in the end by the vendor's rules: %s", async (name, given) => {
    const config = parseRunConfig(given, name);
    const { fills, faults } = await tradesOf(config, atExchange(config, 'marketable-limit'));
    expect(fills.length).toBeGreaterThanOrEqual(100);
    expect(new Set(heldAfter(fills).values())).toEqual(new Set([0]));
    expect(faults).toEqual([]);
  });

  it.each(ALGORITHMS)('2. is flat in the end where every order is worked, and fills in children: %s', async (algorithm) => {
    const config = parseRunConfig(CONFIGS.thin, 'thin');
    const working: WorkingRules = {
      ...{ largerThanShareOfVolume: 0, algorithm, share: 0.0003, everyMinutes: 3, catchUpMax: 2 },
      ...{ participationMax: 0.0005, minutesMax: 20 },
    };
    const { fills, faults } = await tradesOf(config, atExchange(config, 'marketable-limit', working));
    const entries = new Map<string, number>();
    for (const { leg, orderId } of fills) if (leg === 'entry') entries.set(orderId, (entries.get(orderId) ?? 0) + 1);
    expect([...entries.values()].filter((times) => times > 2).length).toBeGreaterThan(10);
    expect(new Set(heldAfter(fills).values())).toEqual(new Set([0]));
    expect(faults).toEqual([]);
  });

  it.each(['thin', 'hurried'] as const)('3. does the same by whatever is commanded: %s', async (name) => {
    const config = parseRunConfig(CONFIGS[name], name);
    const free = await tradesOf(config, stagesOf(config));
    const commands = commandsAround(free.fills);
    const simulated = await tradesOf(config, stagesOf(config), commands);
    const traded = await tradesOf(config, atExchange(config, 'market'), commands);
    expect(simulated.fills.length).toBeGreaterThanOrEqual(60);
    expect(simulated.fills.map(words)).not.toEqual(free.fills.map(words));
    expect(traded.fills.map(wordsAtMarket)).toEqual(simulated.fills.map(wordsAtMarket));
    expect(traded.equity).toEqual(simulated.equity);
    expect(traded.faults).toEqual([]);
  });
});

/** The same of a stop and of a close: both leave at market. */
const wordsAtMarket = (fill: Fill): string => words(fill.leg === 'stop' ? { ...fill, leg: 'time' } : fill);

/** Some of every kind, before and while orders are at work, and a resume soon after. */
function commandsAround(fills: readonly Fill[]): readonly Control[] {
  const kinds = ['cancel', 'flatten', 'halt', 'cancel', 'reduce-only', 'flatten'] as const;
  const entries = fills.filter(({ leg }) => leg === 'entry');
  return entries
    .filter((_, i) => i % 7 === 0)
    .flatMap(({ t, symbol }, i) => {
      const kind = item(kinds, i % kinds.length);
      const symbols = i % 2 === 0 && kind !== 'halt' ? [symbol] : [];
      const given = epochMs(t - (i % 3) * MINUTE_MS + MINUTE_MS);
      return [
        newControl(kind, given, 'ada', 'to see', { symbols }),
        newControl('resume', epochMs(given + MINUTE_MS * (i % 4)), 'ada', 'to see'),
      ];
    });
}
