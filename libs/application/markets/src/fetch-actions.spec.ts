import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { newYorkAt } from '../../../../tools/testing/new-york-clock.ts';
import { replayServer, type ReplayServer } from '../../../../tools/testing/replay-server.ts';
import { tradeDateStart } from '@aitrader/core-market';
import { epochMs, ticker } from '@aitrader/model';
import { loadActions } from './actions-file.ts';
import { actionsOfMarket } from './actions-of-market.ts';
import { fetchActions, type ActionsRequest, type FetchedActions } from './fetch-actions.ts';

const REQUEST: ActionsRequest = { symbols: ['NVDA', 'BRK.B'].map(ticker), from: '2024-06-03', to: '2024-06-14' };
const SPLIT = { id: 's', symbol: 'NVDA', new_rate: 10, old_rate: 1, process_date: '2024-06-10', ex_date: '2024-06-10' };
const DIVIDEND = {
  ...{ id: 'd', symbol: 'NVDA', rate: 0.01, process_date: '2024-06-28', ex_date: '2024-06-11', payable_date: '2024-06-28' },
};

describe('corporate actions that are fetched', () => {
  let server: ReplayServer;
  let folder = '';
  beforeAll(async () => {
    server = await replayServer();
    folder = mkdtempSync(path.join(tmpdir(), 'fetch-actions-'));
  });
  afterAll(async () => {
    await server.close();
    rmSync(folder, { recursive: true, force: true });
  });
  const fetched = (...pages: readonly object[]): Promise<FetchedActions> => {
    server.answerWith((_, n) => {
      const next = n + 1 < pages.length ? `page ${n + 1}` : null;
      return { body: JSON.stringify({ corporate_actions: pages[n], next_page_token: next }) };
    });
    return fetchActions(REQUEST, {
      env: { AITRADER_ALPACA_URL: server.base, APCA_API_KEY_ID: 'PKFETCHACTIONS001', APCA_API_SECRET_KEY: 'secretofactions01' },
      ...{ now: () => newYorkAt('2024-07-01', '12:00'), sleep: () => Promise.resolve(), random: () => 0.5 },
    });
  };
  const loaded = ({ text }: FetchedActions): ReturnType<typeof loadActions> => {
    const file = path.join(folder, 'actions.json');
    writeFileSync(file, text);
    return loadActions(file);
  };

  it('are one answer of all pages, which reads as a file of actions does', async () => {
    const unknown = { id: 'k', symbol: 'NVDA', process_date: '2024-06-12' };
    const answer = await fetched({ forward_splits: [SPLIT] }, {}, { cash_dividends: [DIVIDEND], kinds_of_tomorrow: [unknown] });
    const { actions, ends, source } = await loaded(answer);
    expect(actions).toMatchObject([
      { kind: 'split', symbol: 'NVDA', newShares: 10, oldShares: 1, exAt: tradeDateStart('2024-06-10') },
      { kind: 'cash-dividend', cash: 10_000, payAt: tradeDateStart('2024-06-28') },
    ]);
    expect(ends).toMatchObject([{ symbol: 'NVDA', kind: 'other', date: '2024-06-12' }]);
    expect({ actions, ends }).toEqual({ actions: answer.read.actions, ends: answer.read.ends });
    expect([source.sha256, answer.answers]).toEqual([answer.read.source.sha256, { asked: 3, kept: 0 }]);
  });

  it('are asked for from a month before the dates up to a year from now, as they are processed', async () => {
    await fetched({});
    const asked = Object.fromEntries(server.requests[0]?.url.searchParams ?? []);
    expect(asked).toMatchObject({ symbols: 'BRK.B,NVDA', start: '2024-05-03', end: '2025-07-02' });
  });

  it('have a row once that moved from one page to the next', async () => {
    const { read } = await fetched({ forward_splits: [SPLIT] }, { forward_splits: [SPLIT], cash_dividends: [DIVIDEND] });
    expect(read.actions.map(({ kind }) => kind)).toEqual(['split', 'cash-dividend']);
  });

  it('are taken by bars of a symbol that nothing happened to, as they say whom they were asked for', async () => {
    const bars = {
      symbols: [ticker('BRK.B')],
      first: epochMs(tradeDateStart('2024-06-03') + 1),
      last: epochMs(tradeDateStart('2024-06-14')),
    };
    const raw = () => 'raw' as const;
    const none = await loaded(await fetched({}));
    expect(actionsOfMarket('f', none, bars, raw)).toEqual([]);
    expect(() => actionsOfMarket('f', none, { ...bars, symbols: [ticker('IBM')] }, raw)).toThrow('none is of a symbol');
  });

  it('that pay in another currency are none that a run follows', async () => {
    const { read } = await fetched({ cash_dividends: [{ ...DIVIDEND, currency: 'GBP' }] });
    expect([read.actions, read.ends]).toMatchObject([[], [{ symbol: 'NVDA', kind: 'other' }]]);
    const plain = await fetched({ cash_dividends: [{ ...DIVIDEND, currency: '' }] });
    expect(plain.read.actions).toHaveLength(1);
  });

  it('that contradict one another are refused, and no file', async () => {
    const pages = { forward_splits: [SPLIT, { ...SPLIT, id: 't', new_rate: 4 }] };
    await expect(fetched(pages)).rejects.toThrow('says again what');
  });
});
