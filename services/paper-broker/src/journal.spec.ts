import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { ExchangeClient, textOf } from '../test/exchange-client.ts';

describe('an exchange with a journal', () => {
  let folder: string;
  let file: string;
  let exchange: ExchangeClient;
  const open = (variables: Readonly<Record<string, string>> = {}) =>
    ExchangeClient.start({ PAPER_EXCHANGE_JOURNAL: file, PAPER_EXCHANGE_FROM: undefined, ...variables });
  const state = async () => {
    const { faults: _, streams: _streams, ...kept } = await exchange.get('/_sim/state');
    return kept;
  };

  beforeEach(async () => {
    folder = mkdtempSync(path.join(tmpdir(), 'aitrader-test-'));
    file = path.join(folder, 'journal.jsonl');
    exchange = await open();
    await exchange.minute({ AAPL: [100, 101, 99, 100], MSFT: [50, 50, 50, 50] });
    const legs = { order_class: 'bracket', take_profit: { limit_price: '105' }, stop_loss: { stop_price: '95' } };
    await exchange.order({ client_order_id: 'one', type: 'market', ...legs });
    await exchange.order({ client_order_id: 'one' });
    await exchange.fault({ kind: 'error', status: 503, performed: false, match: { method: 'DELETE' } });
    await exchange.minute({ AAPL: [100, 101, 99, 100] });
    const { body } = await exchange.order({ client_order_id: 'two', symbol: 'MSFT', type: 'limit', limit_price: '40' });
    await exchange.ask('DELETE', `/v2/orders/${textOf(body['id'])}`);
    await exchange.fault({ kind: 'pending-cancel' });
  });
  afterEach(async () => {
    await exchange.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  it('goes on where it ended, with the same account, orders and ids', async () => {
    const before = await state();
    expect(JSON.stringify(before)).toContain('"two"');
    await exchange.stop();
    exchange = await open();
    expect(await state()).toEqual(before);
    const { status } = await exchange.order({ client_order_id: 'two' });
    expect(status).toBe(422);
    await exchange.minute({ AAPL: [110, 110, 110, 110] });
    expect(JSON.stringify(await state())).toContain('"filled"');
  });

  it('cuts off a line that was not finished, and refuses what is no journal or another account', async () => {
    const before = await state();
    await exchange.stop();
    const sound = readFileSync(file);
    appendFileSync(file, '{"method":"POST","url":"/v2/or');
    exchange = await open();
    expect(await state()).toEqual(before);
    await exchange.stop();
    expect(readFileSync(file)).toEqual(sound);
    await expect(open({ PAPER_EXCHANGE_CASH: '5' })).rejects.toThrow('cash: it was opened with 100000000000, and now 5000000');
    writeFileSync(file, `${sound.toString().split('\n')[0]}\n{"method":"GET","url":"/"}\n`);
    await expect(open()).rejects.toThrow('line 2: method');
    writeFileSync(file, sound);
    exchange = await open();
  });
});
