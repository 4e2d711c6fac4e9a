import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { ApprovedOrder } from '@aitrader/application-order-gateway';
import { priceFromDollars, quantityFromShares, requestIdOf, ticker, type AccountWord, type EpochMs } from '@aitrader/model';
import { ExchangeClient, textOf, type Bar } from '../test/exchange-client.ts';
import {
  advanceTo,
  asAsked,
  at,
  bracket,
  cancel,
  LIMITS,
  RecordedGateway,
  submit,
  type RunOptions,
} from '../test/recorded-gateway.ts';

const ORDERS = { method: 'POST', path: '/v2/orders' };
const FAR = priceFromDollars(50);

let exchange: ExchangeClient;
let run: RecordedGateway;
beforeEach(async () => {
  exchange = await ExchangeClient.start();
  await exchange.minute({ AAPL: [100, 100, 100, 100] });
});
afterEach(async () => {
  await run.close();
  await exchange.stop();
});

async function started(options: RunOptions = {}): Promise<RecordedGateway> {
  run = new RecordedGateway(exchange, options);
  await run.resume();
  return run;
}
const kindsOf = (id: string): readonly string[] => run.answers(id).map(({ kind }) => kind);
const trades = (): readonly string[] => run.lines.filter((line) => /^(execution|bust|correction)/.test(line));
const scheduled = (): readonly AccountWord[] =>
  run.words.flatMap((word) => (word.kind === 'account' && word.word === 'schedule' ? [word] : []));
/** Dies at the first point of a name. */
const dyingAt = (name: string): RunOptions => ({ failPoint: (point) => (point === name ? run.die() : undefined) });

describe('an order whose fate is not known', () => {
  it.each([
    ['a dropped reply', { kind: 'drop-reply', match: ORDERS }, 'new'],
    ['a broken answer, and it was performed', { kind: 'error', status: 504, performed: true, match: ORDERS }, 'new'],
    ['a broken answer, and it was not', { kind: 'error', status: 500, performed: false, match: ORDERS }, 'not-found'],
    ['an answer that comes too late', { kind: 'slow', delayMs: 800, match: ORDERS }, 'new'],
  ])('is looked up, and sent once: %s', async (_, fault, kind) => {
    await started();
    await exchange.fault(fault);
    run.ask(bracket('r1'));
    await run.answered('r1');
    expect(kindsOf('r1').at(-1)).toBe(kind);
    expect(
      run
        .answers('r1')
        .at(-1)
        ?.legs.map(({ leg }) => leg),
    ).toEqual(kind === 'new' ? ['target', 'stop'] : []);
    expect(run.sent).toEqual(['r1']);
  });

  it('is said to be unknown, once, while the broker cannot be asked, and then what it is', async () => {
    await started();
    await exchange.fault({ kind: 'drop-reply', match: ORDERS });
    await exchange.fault({ kind: 'error', status: 503, count: 12, match: { method: 'GET', path: '/v2/orders' } });
    run.ask(submit('r1'));
    await run.answered('r1');
    expect(kindsOf('r1')).toEqual(['unknown', 'new']);
  });

  it('is one that the broker knows already when it refuses the id', async () => {
    await started();
    await exchange.order({ client_order_id: 'r1', type: 'limit', limit_price: '50' });
    run.ask(submit('r1', { limit: FAR }));
    await run.answered('r1');
    expect(kindsOf('r1')).not.toContain('refused');
    expect(kindsOf('r1').at(-1)).toBe('new');
  });
});

describe('an order that was not taken for now', () => {
  it('may be asked for again under its id', async () => {
    await started();
    await exchange.fault({ kind: 'rate-limit', match: ORDERS });
    run.ask(submit('r1'));
    await run.answered('r1');
    expect(kindsOf('r1')).toEqual(['not-now']);
    run.ask(submit('r1'));
    await run.until(() => kindsOf('r1').length === 2);
    expect(kindsOf('r1')).toEqual(['not-now', 'accepted']);
    expect((await exchange.list('/v2/orders')).length).toBe(1);
  });
});

describe('a gateway that starts again', () => {
  it('looks up what may have been sent, sends none of it, and tells trades and exits that it missed', async () => {
    run = new RecordedGateway(exchange, dyingAt('submit:after'));
    await run.resume();
    run.ask(bracket('r1'));
    await run.death;
    await exchange.minute({ AAPL: [101, 102, 100, 101] });
    run.record(submit('r2'));
    run.kill({});
    await run.resume();
    expect(run.sent).toEqual(['r1']);
    expect(kindsOf('r1')[0]).toBe('filled');
    expect(run.answers('r1')[0]?.legs).toHaveLength(2);
    expect(kindsOf('r2').at(-1)).toBe('not-found');
    expect(trades()).toEqual(['execution r1 10 @ 101']);
    expect(run.lines.at(-1)).toBe('account start');
    // answered by now: nothing is looked up, nor sent
    run.kill({});
    const before = run.lines.length;
    await run.resume();
    expect(run.lines.slice(before)).toEqual(['account start']);
    run.gateway.perform([submit('r2')]);
    expect(run.log.at(-1)).toBe('warn: asked for already: r2');
    expect(run.sent).toEqual(['r1']);
  });

  it('repeats a cancel, and finds the order by what it was asked for as', async () => {
    await started();
    const order = submit('r1', { limit: FAR });
    run.ask(order);
    await run.answered('r1');
    run.kill({});
    run.record(cancel('c1', order), cancel('c2', submit('never')));
    await run.resume();
    await run.answered('c1', 'c2');
    expect(kindsOf('c1')).toEqual(['pending']);
    expect(kindsOf('c2')).toEqual(['not-found']);
    expect(run.lines).toContain('canceled r1');
  });
});

const approvedBut = (order: Partial<ApprovedOrder>): RunOptions => ({
  approved: (request) => ({ ...asAsked(request), ...order }),
});

describe('the last hop', () => {
  it.each([
    ['approval', { approved: () => undefined }, {}, 'not-approved: no recorded order stands behind o.r1'],
    ['its symbol', approvedBut({ symbol: ticker('ZZZ') }), {}, 'not-approved: o.r1 is of ZZZ, not of AAPL'],
    ['its side', approvedBut({ side: 'sell' }), {}, 'not-approved: o.r1 is to sell, not to buy'],
    ['its size', approvedBut({ quantity: quantityFromShares(9) }), {}, 'not-approved: o.r1 is of 9 shares, not of 10'],
    [
      'its end',
      { ...approvedBut({ exitAt: at(0) }), limits: { ...LIMITS, ageMsMax: 1_000 }, now: () => at(0) },
      {},
      `not-approved: o.r1 was good until ${new Date(at(0)).toISOString()}`,
    ],
    ['arming', { isArmed: () => false }, {}, 'not-armed: the run has not been armed to trade with real money today'],
    ['quantity', { limits: { ...LIMITS, quantityMax: 9 } }, {}, 'quantity: 10 shares, at most 9'],
    ['notional', { limits: { ...LIMITS, notionalMax: 499.99 } }, { limit: FAR }, 'notional: 500 dollars, at most 499.99'],
    ['a value', {}, { limit: null }, 'notional: an entry without any price cannot be valued'],
    ['age', { limits: { ...LIMITS, ageMsMax: 1_000 }, now: () => at(0) + 1_500 }, {}, 'too-old: 1500 ms, at most 1000'],
    ['rate', { limits: { ...LIMITS, ordersPerMinute: 0 } }, {}, 'rate: 0 orders in the last minute, at most 0'],
  ])('refuses an order by %s, with the figures', async (_, options, more, word) => {
    await started(options);
    run.ask(submit('r1', more));
    await run.answered('r1');
    expect(run.answers('r1')).toMatchObject([{ kind: 'refused', word, raw: '' }]);
    expect(run.sent).toEqual([]);
  });

  it('refuses no cancel, and no exit for its age, for how many there were, or because a run is not armed any more', async () => {
    let isArmed = true;
    await started({
      limits: { ...LIMITS, ageMsMax: 1_000, ordersPerMinute: 1 },
      now: () => at(0) + 900,
      isArmed: () => isArmed,
    });
    run.ask(submit('r1', { limit: FAR }), submit('r2', { limit: FAR }));
    await run.answered('r1', 'r2');
    expect(kindsOf('r2')).toEqual(['refused']);
    isArmed = false;
    const exit = submit('r3', { leg: 'stop', limit: FAR, t: at(-60) });
    run.ask(exit, cancel('c1', submit('r1')));
    await run.answered('r3', 'c1');
    // sent, and refused by the exchange alone: there is nothing to close
    expect([run.sent, kindsOf('c1')]).toEqual([['r1', 'r3'], ['pending']]);
    expect(run.answers('r3')).toMatchObject([{ kind: 'refused', word: expect.stringContaining('position intent mismatch') }]);
  });
});

describe('a stream that cannot be relied on', () => {
  const amend = async (fault: object): Promise<void> => {
    const { executions } = await exchange.get('/_sim/state');
    await exchange.fault({ ...fault, execution_id: textOf(executions?.['0']?.['id']) });
  };
  const bought = async (): Promise<void> => {
    run.ask(submit('r1'));
    await run.answered('r1');
    await exchange.minute({ AAPL: [101, 102, 100, 101] });
  };

  it('may tell of a bust before the trade: both are told, in their order', async () => {
    await started();
    await exchange.fault({ kind: 'late-update', delayMs: 120, match: { event: 'fill' } });
    await bought();
    await amend({ kind: 'bust' });
    await run.until(() => trades().length === 2);
    expect(trades()).toEqual(['execution r1 10 @ 101', 'bust r1 10 @ 101']);
  });

  it('may end: that is told, orders wait until all is caught up with, and cancels do not', async () => {
    await started();
    const order = submit('r1', { limit: FAR });
    run.ask(order, submit('r2'));
    await run.answered('r1', 'r2');
    // the account cannot be looked at for a while after it is back
    await exchange.fault({ kind: 'error', status: 503, count: 6, match: { path: '/v2/account' } });
    await exchange.fault({ kind: 'drop-socket', stream: 'trades' });
    await run.until(() => run.lines.includes('disconnected'));
    await exchange.minute({ AAPL: [101, 102, 100, 101] });
    run.ask(submit('r3', { limit: FAR }), cancel('c1', order));
    await run.answered('r3', 'c1');
    const place = (line: string): number => run.lines.indexOf(line);
    expect(place('execution r2 10 @ 101')).toBeLessThan(place('account reconnected'));
    expect(place('account reconnected')).toBeLessThan(place('accepted r3'));
    expect(place('pending c1')).toBeLessThan(place('account reconnected'));
  });

  it('may be mute: an answer does not wait for ever, and the broker is asked what it has', async () => {
    await started({ pauses: { pongMsMax: 50 } });
    await exchange.fault({ kind: 'mute-socket' });
    run.ask(submit('r1'));
    await run.answered('r1');
    expect(run.log).toContain('warn: no pong came after an answer');
    await run.until(() => run.lines.includes('account no pong'));
    await run.until(() => run.lines.includes('account reconnected'));
  });

  it('is looked at by a schedule, also while nothing of ours is open: what somebody does by hand is seen', async () => {
    await started({ pauses: { scheduleMs: 40 } });
    await run.until(() => run.lines.includes('account schedule'));
    await exchange.order({ qty: '3' });
    await exchange.minute({ AAPL: [101, 102, 100, 101] });
    await run.until(() => scheduled().some(({ positions }) => positions.length > 0));
    expect(scheduled().at(-1)?.positions).toMatchObject([{ symbol: 'AAPL', quantity: 3e9 }]);
  });

  it('is compared with the broker by a schedule, while something is open', async () => {
    await started({ pauses: { scheduleMs: 40 } });
    await exchange.fault({ kind: 'missing-update', match: { event: 'fill' } });
    await bought();
    await run.until(() => run.lines.includes('execution r1 10 @ 101'));
    await run.until(() => run.lines.includes('account schedule'));
    expect(trades()).toEqual(['execution r1 10 @ 101']);
  });
});

describe('a broker of the run’s own bars', () => {
  const bars = new Map<EpochMs, Readonly<Record<string, Bar>>>([[at(2), { AAPL: [101, 102, 100, 101] }]]);

  it.each(['advance:before', 'advance:after', 'tell:before'])(
    'lives through an interval once, also through a crash at %s',
    async (name) => {
      let isArmed = false;
      run = new RecordedGateway(exchange, { bars, failPoint: (point) => (isArmed && point === name ? run.die() : undefined) });
      await run.resume();
      run.ask(submit('r1'));
      await run.answered('r1');
      isArmed = true;
      run.ask(advanceTo(2));
      await run.death;
      run.kill({ bars });
      await run.resume();
      await run.until(() => run.lines.includes('passed'));
      expect(trades()).toEqual(['execution r1 10 @ 101']);
      expect(run.lines.at(-1)).toBe('passed');
      expect(textOf((await exchange.get('/_sim/state'))['now'])).toBe(new Date(at(2)).toISOString());
    },
  );

  it('is asked what it has when an update of an interval is missing, before the interval is passed', async () => {
    await started({ bars });
    run.ask(submit('r1'));
    await run.answered('r1');
    await exchange.fault({ kind: 'missing-update' });
    run.ask(advanceTo(2));
    await run.until(() => run.lines.includes('passed'));
    expect(run.lines.slice(-4)).toEqual(['execution r1 10 @ 101', 'filled r1', 'account advanced', 'passed']);
    expect(run.log).toContain(`warn: of the 1 updates of ${at(2)}, 0 were heard`);
  });

  it('answers all that was asked before an interval, and nothing that was asked after, before it is passed', async () => {
    await started({ bars });
    await exchange.fault({ kind: 'drop-reply', match: ORDERS });
    run.ask(submit('r1'), submit('r2'), advanceTo(2), submit('r3', { limit: FAR }));
    await run.answered('r3');
    const place = (line: string): number => run.lines.indexOf(line);
    expect(run.sent).toEqual(['r1', 'r2', 'r3']);
    expect(place('accepted r2')).toBeLessThan(place('execution r1 10 @ 101'));
    expect(place('execution r2 10 @ 101')).toBeLessThan(place('passed'));
    expect(place('passed')).toBeLessThan(place('new r3'));
  });
});

describe('what a trade costs', () => {
  it('is what the exchange took for it, heard or found', async () => {
    await exchange.stop();
    exchange = await ExchangeClient.start({ PAPER_EXCHANGE_FEE_PER_SHARE: '0.0035' });
    await exchange.minute({ AAPL: [100, 100, 100, 100] });
    await started();
    await exchange.fault({ kind: 'missing-update', match: { event: 'fill' } });
    run.ask(submit('r1'), submit('r2', { quantity: quantityFromShares(20) }));
    await run.answered('r1', 'r2');
    await exchange.minute({ AAPL: [100, 100, 100, 100] });
    await run.gateway.reconcile('asked');
    const fees = run.told.flatMap(({ request, execution }) => (execution === null ? [] : [[request, execution.fee] as const]));
    expect(new Map(fees)).toEqual(
      new Map([
        [requestIdOf('r1'), 35_000],
        [requestIdOf('r2'), 70_000],
      ]),
    );
    const [account] = run.words.flatMap((word) => (word.kind === 'account' ? [word] : [])).slice(-1);
    expect(account?.cash).toBe(100_000e6 - 3_000e6 - 105_000);
  });
});
