/**
 * Executions, busts and corrections in any order that a broker may tell them in: what stands of them in Postgres is what stands in the ledger.
 */
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { applyFill, newLedger } from '@aitrader/core-portfolio';
import { cash, compareText, epochMs, ids, price, quantity, ticker, type Fill } from '@aitrader/model';
import { openDatabase, type OpenDatabase } from '@aitrader/runtime-database';
import { JOURNAL_MS_MAX } from '../testing/journal-under-test.ts';
import { Rows } from './rows.ts';
import { insertsOf } from './statements.ts';

const START = cash(1_000_000_000_000);
const SYMBOLS = ['AAA', 'BBB', 'CCC'].map(ticker);
const RUNS = 40;

/** What happens next: a trade, or something to one of the trades that still stand, named by its first id or its latest. */
const step = fc.record({
  kind: fc.constantFrom('execution', 'execution', 'bust', 'correction'),
  symbol: fc.constantFrom(...SYMBOLS),
  side: fc.constantFrom('buy', 'sell'),
  // with parts of shares, so that products are rounded
  quantity: fc.integer({ min: 1, max: 5_000_000_000_000 }),
  price: fc.integer({ min: 1, max: 90_000_000 }),
  fee: fc.integer({ min: 0, max: 5_000_000 }),
  which: fc.nat(),
  byFirst: fc.boolean(),
});
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

function fillsOf(steps: readonly Step[]): readonly Fill[] {
  const standing: { readonly first: string; latest: string; readonly fill: Fill }[] = [];
  return steps.map((said, n): Fill => {
    const about = standing.length === 0 ? undefined : standing[said.which % standing.length];
    const kind = about === undefined ? 'execution' : said.kind;
    const { symbol, side } = kind === 'execution' || about === undefined ? said : about.fill;
    const fill: Fill = {
      ...{ id: ids.fill(`f${n}`), t: epochMs(n), orderId: ids.order('o'), symbol, leg: 'entry', side, kind },
      ...{ quantity: quantity(said.quantity), price: price(said.price), fee: cash(said.fee), pessimistic: false },
      amends: kind === 'execution' || about === undefined ? null : ids.fill(said.byFirst ? about.first : about.latest),
    };
    if (kind === 'execution') standing.push({ first: fill.id, latest: fill.id, fill });
    else if (about !== undefined && kind === 'correction') about.latest = fill.id;
    else if (about !== undefined) standing.splice(standing.indexOf(about), 1);
    return fill;
  });
}

describe('the fills that stand', () => {
  let home: string;
  let database: OpenDatabase;
  beforeAll(async () => {
    home = mkdtempSync(path.join(tmpdir(), 'standing-'));
    chmodSync(home, 0o755);
    database = await openDatabase({ home, env: {} });
  }, JOURNAL_MS_MAX);
  afterAll(async () => {
    await database.close();
    rmSync(home, { recursive: true, force: true });
  });

  it(
    "fold to the ledger's positions and cash",
    async () => {
      const insert = insertsOf(database.source).fills;
      let run = 0;
      const folded = async (fills: readonly Fill[]): Promise<unknown> => {
        const rows = new Rows();
        for (const [seq, { id, ...fill }] of fills.entries()) rows.add('fills', { seq, place: 0, fillId: id, ...fill });
        run += 1;
        for (const [, of] of rows.tables()) await database.source.query(insert.sql, [...insert.parameters(run, of)]);
        const found = await database.source.query<{ symbol: string; quantity: string; cash_flow: string }[]>(
          'SELECT symbol, quantity, cash_flow FROM trading.positions WHERE run_id = $1 ORDER BY symbol',
          [run],
        );
        return {
          positions: found
            .filter(({ quantity: held }) => held !== '0')
            .map(({ symbol, quantity: held }) => [symbol, Number(held)]),
          cash: found.reduce((sum, { cash_flow: flow }) => sum + Number(flow), Number(START)),
        };
      };
      await fc.assert(
        fc.asyncProperty(fc.array(step, { maxLength: 60 }), async (steps) => {
          const fills = fillsOf(steps);
          const ledger = newLedger(START);
          for (const fill of fills) applyFill(ledger, fill);
          const held = [...ledger.positions].toSorted(([a], [b]) => compareText(a, b));
          const positions = held.map(([symbol, { quantity: units }]) => [symbol, units]);
          expect(await folded(fills)).toEqual({ positions, cash: ledger.cash });
        }),
        { numRuns: RUNS },
      );
    },
    JOURNAL_MS_MAX,
  );
});
