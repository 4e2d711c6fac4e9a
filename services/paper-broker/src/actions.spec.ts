import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { ExchangeClient, textOf } from '../test/exchange-client.ts';

const NEXT = '2026-01-06';
let exchange: ExchangeClient;
beforeEach(async () => {
  exchange = await ExchangeClient.start();
  await exchange.advanceTo('2026-01-05T15:31:00Z', { AAPL: [100, 100, 100, 100] });
  await exchange.order({ qty: '10' });
  await exchange.advanceTo('2026-01-05T15:32:00Z', { AAPL: [100, 100, 100, 100] });
});
afterEach(() => exchange.stop());

const tell = (...actions: readonly object[]) => exchange.ask('POST', '/_sim/actions', { actions });
const openNext = (price: number) => exchange.advanceTo(`${NEXT}T15:00:00Z`, { AAPL: [price, price, price, price] });
const held = async (): Promise<object> =>
  Object.fromEntries((await exchange.list('/v2/positions')).map(({ symbol, qty }) => [textOf(symbol), qty]));
const SPLIT = { symbol: 'AAPL', ex_date: NEXT, kind: 'split', ratio: '4:1' };

describe('an account over corporate actions', () => {
  it('holds what a split makes of it, with its orders to leave', async () => {
    const { body } = await exchange.order({ side: 'sell', type: 'limit', limit_price: '120', time_in_force: 'gtc' });
    await exchange.order({ type: 'limit', limit_price: '60', time_in_force: 'gtc' });
    expect((await tell(SPLIT)).body).toEqual({ waiting: [`AAPL.${NEXT}.split`] });
    expect(await held()).toEqual({ AAPL: '10' });
    await openNext(25);
    expect(await held()).toEqual({ AAPL: '40' });
    expect(await exchange.list('/v2/orders?status=open')).toMatchObject([
      { id: textOf(body['id']), qty: '40', limit_price: '30', status: 'new' },
    ]);
    expect(await exchange.list('/v2/account/activities/SPLIT')).toMatchObject([
      { activity_type: 'SPLIT', date: NEXT, symbol: 'AAPL', qty: '30', net_amount: '0', status: 'executed' },
    ]);
    expect((await exchange.list('/v2/account/activities?category=trade_activity')).map((one) => one['activity_type'])).toEqual([
      'FILL',
    ]);
  });

  it('is paid a dividend on its day', async () => {
    const cash = async (): Promise<number> => Number(textOf((await exchange.get('/v2/account'))['cash']));
    await tell({ symbol: 'AAPL', ex_date: NEXT, kind: 'cash-dividend', cash: '0.5', pay_date: '2026-01-08' });
    const before = await cash();
    await openNext(99.5);
    expect(await cash()).toBe(before);
    expect(await exchange.list('/v2/account/activities/DIV')).toEqual([]);
    await exchange.advanceTo('2026-01-08T15:00:00Z');
    expect((await cash()) - before).toBeCloseTo(5, 9);
    expect(await exchange.list('/v2/account/activities/DIV')).toMatchObject([
      { date: '2026-01-08', symbol: 'AAPL', qty: '10', per_share_amount: '0.5', net_amount: '5' },
    ]);
  });

  it('tells of a dividend what was paid, to the unit, also on a fraction of a share', async () => {
    const cash = async (): Promise<number> => Number(textOf((await exchange.get('/v2/account'))['cash']));
    await exchange.order({ qty: '0.333333337' });
    await exchange.advanceTo('2026-01-05T15:33:00Z', { AAPL: [100, 100, 100, 100] });
    await tell({ symbol: 'AAPL', ex_date: NEXT, kind: 'cash-dividend', cash: '0.777779', pay_date: NEXT });
    const before = await cash();
    await openNext(99);
    await exchange.advanceTo('2026-01-07T15:00:00Z', { AAPL: [99, 99, 99, 99] });
    const [paid] = await exchange.list('/v2/account/activities/DIV');
    expect(Number(textOf(paid?.['net_amount']))).toBeCloseTo((await cash()) - before, 6);
  });

  it('goes over to a new symbol, and takes no bust of what traded before', async () => {
    await tell({ symbol: 'AAPL', ex_date: NEXT, kind: 'symbol-change', other: 'APL' });
    await exchange.advanceTo(`${NEXT}T15:00:00Z`, { APL: [101, 101, 101, 101] });
    expect(await held()).toEqual({ APL: '10' });
    const { executions } = await exchange.get('/_sim/state');
    const [first] = Object.values(executions ?? {});
    const answer = await exchange.fault({ kind: 'bust', execution_id: textOf(first?.['id']) });
    expect([answer.status, answer.body['message']]).toEqual([422, 'execution is of before a corporate action']);
  });

  it('is told of each action once, before it is in force', async () => {
    await tell(SPLIT);
    expect((await tell(SPLIT)).status).toBe(200);
    await openNext(25);
    expect((await tell(SPLIT)).body).toEqual({ waiting: [] });
    expect(await held()).toEqual({ AAPL: '40' });
    const late = await tell({ ...SPLIT, id: 'late' }, { ...SPLIT, id: 'fresh', ex_date: '2026-01-07' });
    expect([late.status, textOf(late.body['message'])]).toEqual([422, expect.stringContaining('late was in force')]);
    expect((await exchange.get('/_sim/state'))['actions']).toEqual([]);
  });

  it.each([
    [{ ...SPLIT, ratio: '4' }, 'ratio'],
    [{ ...SPLIT, ex_date: '2026-13-01' }, 'ex_date'],
    [{ ...SPLIT, kind: 'removal' }, 'removal is not followed'],
    [{ ...SPLIT, colour: 'red' }, 'colour'],
  ])('refuses what it cannot follow: %j', async (action, problem) => {
    const { status, body } = await tell(action);
    expect([status, textOf(body['message'])]).toEqual([422, expect.stringContaining(problem)]);
  });
});
