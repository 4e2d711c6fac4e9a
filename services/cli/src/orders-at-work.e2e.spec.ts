/**
 * Execution as a process of its own, at a paper exchange by the vendor's rules, over a real bus:
 * 1. Of an entry that filled in part before the market opened, and was cut off then by kill -9, exactly what filled is under an exit.
 * 2. A halt calls off entries at work while no bars come.
 * 3. With real money nothing is entered until the run is armed for the date, and entries are called off when it is disarmed.
 */
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { epochMs, ids, priceFromDollars, quantityFromShares, ticker, type EpochMs, type Order } from '@aitrader/model';
import { commandUnderTest, type CommandUnderTest } from './testing/command-under-test.ts';
import { startExchangeProgram, type ExchangeProgram } from './testing/exchange-program.ts';
import { HandDrivenRun } from './testing/hand-driven-run.ts';

const TEST_MS_MAX = 120_000;
const MINUTE_MS = 60_000;
/** New York, before the market opens and within regular hours. */
const [EARLY, REGULAR] = ['2026-01-05T07:11:00-05:00', '2026-01-05T10:31:00-05:00'];
const SYMBOLS = ['AAPL', 'MSFT', 'TXN'];

const buy = (id: string, symbol: string, t: EpochMs): Order => ({
  ...{ id: ids.order(id), t, symbol: ticker(symbol), side: 'buy', quantity: quantityFromShares(100), type: 'market' },
  ...{ timeInForce: 'day', reference: priceFromDollars(100), stop: priceFromDollars(95), target: priceFromDollars(110) },
  ...{ exitAt: epochMs(t + 180 * MINUTE_MS), signalId: ids.signal(`s.${id}`), gates: [] },
});

describe('orders at work', () => {
  let aitrader: CommandUnderTest;
  let exchange: ExchangeProgram;
  let run: HandDrivenRun;
  let t: EpochMs;
  const begin = async (from: string, account: 'paper' | 'live' = 'paper'): Promise<void> => {
    t = epochMs(Date.parse(from));
    exchange = await startExchangeProgram({
      ...{ PAPER_EXCHANGE_RULES: 'vendor', PAPER_EXCHANGE_FROM: from, PAPER_EXCHANGE_SYMBOLS: SYMBOLS.join(',') },
      PAPER_EXCHANGE_PARTICIPATION_MAX: '1',
    });
    run = await HandDrivenRun.begin(aitrader.home, exchange.url, SYMBOLS, t, account);
  };
  beforeEach(async () => {
    aitrader = await commandUnderTest();
  });
  afterEach(async () => {
    await run.end();
    exchange.stop();
    aitrader.cleanUp();
  });

  it(
    '1. are under an exit for exactly what filled, after a kill in the middle of it',
    async () => {
      await begin(EARLY);
      run.startExecution();
      await run.untilHeard();
      await run.approve(t, [buy('o.1', 'AAPL', t)]);
      await run.untilOpen((orders) => orders.length === 1);
      await run.advance(epochMs(t + MINUTE_MS), { AAPL: { o: 100, h: 100, l: 100, c: 100, v: 37 } });
      await run.killExecution();
      const filled = (await exchange.trades()).reduce((sum, { quantity }) => sum + quantity, 0);
      expect(filled).toBeGreaterThan(0);
      expect(filled).toBeLessThan(quantityFromShares(100));
      run.startExecution();
      const open = await run.untilOpen((orders) => orders.some(({ side }) => side === 'sell'));
      const exits = open.filter(({ side }) => side === 'sell');
      expect(exits.map(({ qty, filled_qty }) => [Number(qty) * 1e9, filled_qty])).toEqual([[filled, '0']]);
    },
    TEST_MS_MAX,
  );

  it(
    '2. that enter are called off by a halt while no bars come',
    async () => {
      await begin(REGULAR);
      run.startExecution();
      await run.untilHeard();
      await run.approve(
        t,
        SYMBOLS.map((symbol, n) => buy(`o.${n}`, symbol, t)),
      );
      // an entry at work has its exits beside it, held
      const working = await run.untilOpen((orders) => orders.length === 3 * SYMBOLS.length);
      const entries = working.filter(({ side }) => side === 'buy');
      expect(entries.map(({ filled_qty }) => filled_qty)).toEqual(SYMBOLS.map(() => '0'));
      await run.command('halt', t);
      await run.untilOpen((orders) => orders.length === 0);
      expect(await exchange.trades()).toEqual([]);
    },
    TEST_MS_MAX,
  );

  it(
    '3. enter with real money while the run is armed for the date alone',
    async () => {
      await begin(REGULAR, 'live');
      run.startExecution();
      await run.untilHeard();
      await run.approve(t, [buy('o.1', 'AAPL', t)]);
      await run.command('arm', t, '2026-01-06');
      await run.approve(epochMs(t + 1), [buy('o.2', 'AAPL', t)]);
      await run.command('arm', t, '2026-01-05');
      await run.approve(epochMs(t + 2), [buy('o.3', 'AAPL', t)]);
      const working = await run.untilOpen((orders) => orders.length > 0);
      expect(working.filter(({ side }) => side === 'buy').map((one) => one.client_order_id.includes('o.3'))).toEqual([true]);
      await run.command('disarm', t);
      await run.untilOpen((orders) => orders.length === 0);
      await run.approve(epochMs(t + 3), [buy('o.4', 'AAPL', t)]);
      await run.command('arm', t, '2026-01-05');
      await run.approve(epochMs(t + 4), [buy('o.5', 'AAPL', t)]);
      await run.untilOpen((orders) => orders.length > 0);
      const asked = (await exchange.clientOrderIds()).filter((id) => id.includes('.entry.'));
      expect(asked.map((id) => /o\.\d/.exec(id)?.[0])).toEqual(['o.3', 'o.5']);
    },
    TEST_MS_MAX,
  );
});
