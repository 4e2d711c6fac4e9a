import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { ExchangeClient } from '../test/exchange-client.ts';
import { advanceTo, at, bracket, cancel, RecordedGateway, submit } from '../test/recorded-gateway.ts';

let exchange: ExchangeClient;
let run: RecordedGateway;
beforeEach(async () => {
  exchange = await ExchangeClient.start();
  await exchange.minute({ AAPL: [100, 100, 100, 100], MSFT: [100, 100, 100, 100] });
});
afterEach(async () => {
  await run.close();
  await exchange.stop();
});

describe('a gateway at an exchange', () => {
  it('tells how the account stands before anything else, then what became of an order, its trade once', async () => {
    run = new RecordedGateway(exchange);
    await run.resume();
    expect(run.words).toMatchObject([{ kind: 'account', word: 'start', cash: 100_000_000_000, positions: [], orders: [] }]);
    run.ask(submit('r1'));
    await run.answered('r1');
    await exchange.minute({ AAPL: [101, 102, 100, 101] });
    await run.until(() => run.told.some(({ kind }) => kind === 'execution'));
    expect(run.lines).toEqual(['account start', 'new r1', 'accepted r1', 'execution r1 10 @ 101']);
    expect(run.sent).toEqual(['r1']);
  });

  it('fails for good when its keys are refused, and shows none', async () => {
    const other = await ExchangeClient.start({ PAPER_EXCHANGE_KEYS: 'KEY:of-another-account' });
    run = new RecordedGateway(other);
    // nothing is ever caught up with
    void run.resume().catch(() => undefined);
    await run.until(() => run.failures.length > 0);
    expect(run.failures.map(({ name, message }) => `${name}: ${message}`)).toEqual([
      "KeysRefusedError: the broker's stream: it refuses the keys",
    ]);
    await other.stop();
  });

  it('tells the exits of a bracket, and their ids, in one batch with what the stream said before the answer', async () => {
    run = new RecordedGateway(exchange);
    await run.resume();
    run.ask(bracket('r1'));
    await run.answered('r1');
    const [answer] = run.answers('r1');
    expect(answer?.legs.map(({ leg }) => leg)).toEqual(['target', 'stop']);
    await exchange.minute({ AAPL: [101, 102, 100, 101] });
    await exchange.minute({ AAPL: [112, 112, 112, 112] });
    await run.until(() => run.told.filter(({ kind }) => kind === 'execution').length === 2);
    const [target] = answer?.legs ?? [];
    expect(run.told.find(({ kind, brokerId }) => kind === 'execution' && brokerId === target?.brokerId)).toBeDefined();
  });

  it('calls an order off, and lets an interval pass with all that came of it before', async () => {
    const bars = new Map([[at(2), { AAPL: [101, 102, 100, 101] as const }]]);
    run = new RecordedGateway(exchange, { bars });
    await run.resume();
    const far = submit('r1', { limit: 500_000 as never });
    run.ask(far, submit('r2'));
    await run.answered('r1', 'r2');
    run.ask(cancel('c1', far), advanceTo(2));
    await run.until(() => run.lines.includes('passed'));
    expect(run.lines.slice(-4)).toEqual(['canceled r1', 'pending c1', 'execution r2 10 @ 101', 'passed']);
    expect(run.log).toEqual([]);
  });

  it('looks at the account when the session has closed, before the interval has passed, once', async () => {
    run = new RecordedGateway(exchange, { bars: new Map() });
    await run.resume();
    for (const minute of [2, 330, 331]) {
      const passed = run.lines.filter((line) => line === 'passed').length;
      run.ask(advanceTo(minute));
      await run.until(() => run.lines.filter((line) => line === 'passed').length > passed);
    }
    expect(run.lines).toEqual(['account start', 'passed', 'account close', 'passed', 'passed']);
  });

  it('looks at it by the intervals of a market that it has nothing to do with, too', async () => {
    run = new RecordedGateway(exchange);
    run.gateway.heardInterval(at(330));
    await run.resume();
    run.gateway.heardInterval(at(331));
    run.gateway.heardInterval(at(24 * 60 + 329));
    run.gateway.heardInterval(at(24 * 60 + 330));
    await run.until(() => run.lines.length === 2);
    expect(run.lines).toEqual(['account start', 'account close']);
  });

  it('does not take the account to be at rest at the close while orders are told of', async () => {
    run = new RecordedGateway(exchange, {
      failPoint: async (point) => {
        if (point === 'reconcile:after')
          await exchange.order({ client_order_id: `s${orders++}`, type: 'limit', limit_price: '50' });
      },
    });
    let orders = 0;
    await run.resume();
    await run.gateway.reconcile('close');
    expect(run.lines.filter((line) => line.startsWith('account'))).toEqual(['account start', 'account no rest']);
  });
});
