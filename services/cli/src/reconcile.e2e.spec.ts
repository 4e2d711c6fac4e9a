/**
 * A recording beside the account of its run, over the exchange's API:
 * 1. They agree after the run, which was left flat, and the exit code is 0.
 * 2. What was done in the account behind the run's back is told, each thing once, and the exit code is 1.
 */
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { RunReport } from '@aitrader/application-backtest';
import { commandUnderTest, type CommandUnderTest } from './testing/command-under-test.ts';
import { BELIEVING } from './testing/eager-rules.ts';
import { startExchangeProgram, type ExchangeProgram } from './testing/exchange-program.ts';

const RUN_MS_MAX = 240_000;
const KEYS = { 'apca-api-key-id': 'any', 'apca-api-secret-key': 'any', 'content-type': 'application/json' };

describe('a recording beside its account', () => {
  let aitrader: CommandUnderTest;
  let exchange: ExchangeProgram;
  let run = '';
  let broker: string[] = [];
  beforeAll(async () => {
    aitrader = await commandUnderTest();
    exchange = await startExchangeProgram({ PAPER_EXCHANGE_RULES: 'vendor' });
    broker = ['--broker', 'exchange', '--broker-url', exchange.url];
    const config = path.join(aitrader.folder, 'believing.json');
    await writeFile(config, JSON.stringify(BELIEVING));
    const day = ['--bars', 'sample', '--to', '2024-07-03', '--config', config, '--speed', 'max'];
    const report: RunReport = await aitrader.json('paper', ...day, ...broker, '--exchange-rules', 'vendor');
    expect(report.counts.fills).toBeGreaterThan(5);
    run = report.run;
  }, RUN_MS_MAX);
  afterAll(() => {
    exchange.stop();
    aitrader.cleanUp();
  });

  it(
    '1. agrees after the run',
    async () => {
      const { code, stdout } = await aitrader.run('reconcile', run, ...broker, '--json');
      const { known, positions, differences } = JSON.parse(stdout) as {
        readonly known: { readonly positions: readonly unknown[]; readonly cash: number; readonly cashFlow: number };
        readonly positions: readonly unknown[];
        readonly differences: readonly unknown[];
      };
      expect({ code, differences }).toEqual({ code: 0, differences: [] });
      expect(known.positions).toHaveLength(positions.length);
      expect(known.cashFlow).not.toBe(0);
      const shown = await aitrader.run('reconcile', run, ...broker);
      expect(shown.stdout).toMatch(/^paper exchange: account [^]*: what its recording knows[^]*\nno differences\n$/);
    },
    RUN_MS_MAX,
  );

  it(
    '2. tells what the recording does not know',
    async () => {
      const order = { symbol: 'SYN01', qty: '3', side: 'buy', type: 'limit', limit_price: '1', time_in_force: 'gtc' };
      const response = await fetch(`${exchange.url}/v2/orders`, { method: 'POST', headers: KEYS, body: JSON.stringify(order) });
      expect(response.status).toBe(200);
      const { id } = (await response.json()) as { readonly id: string };
      const { code, stdout } = await aitrader.run('reconcile', run, ...broker, '--json');
      expect(code).toBe(1);
      const { differences } = JSON.parse(stdout) as { readonly differences: readonly unknown[] };
      expect(differences).toMatchObject([{ kind: 'stranger', symbol: 'SYN01', about: id }]);
      const shown = await aitrader.run('reconcile', run, ...broker);
      expect(shown).toMatchObject({ code: 1 });
      expect(shown.stdout).toContain(`\n1 difference\n  stranger: SYN01 order ${id} is open at the broker`);
      const alone = await aitrader.run('reconcile', ...broker);
      expect(alone).toMatchObject({ code: 0, stderr: '' });
      expect(alone.stdout).toContain('buy 3 SYN01 limit $1.00, gtc');
    },
    RUN_MS_MAX,
  );
});
