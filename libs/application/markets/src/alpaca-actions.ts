import { ALPACA_ACTIONS } from '@aitrader/adapter-market-data';
import { z } from 'zod';
import type { SaidAction } from './action-text.ts';

/*
 * Corporate actions as Alpaca's `/v1/corporate-actions` answers, as text.
 * A kind that is not known may change what shares are worth: it is read by its symbol and date, and a run that crosses it is refused.
 */

const answer = z.object({ corporate_actions: ALPACA_ACTIONS });

/** Kinds that are not followed, as the answer and as our files name them; any other one is `other`. */
const MORE_KINDS: ReadonlyMap<string, string> = new Map([
  ['redemptions', 'redemption'],
  ['partial_calls', 'partial-call'],
  ['rights_distributions', 'rights-distribution'],
  ['reorganizations', 'reorganization'],
]);
const USD = 'USD';
const SYMBOL_FIELDS = ['symbol', 'source_symbol', 'old_symbol', 'acquiree_symbol'] as const;
const DATE_FIELDS = ['ex_date', 'effective_date', 'process_date'] as const;

const NOTHING = { ratio: '', cash: '', pay_date: '', other: '' } as const;

/** What an answer of Alpaca says; undefined for what is no such answer. */
export function saidByAlpaca(given: unknown): readonly SaidAction[] | undefined {
  const checked = answer.safeParse(given);
  if (!checked.success) return undefined;
  const told = checked.data.corporate_actions;
  const split = 'split';
  return [
    ...told.forward_splits.map(({ id, symbol, ex_date, new_rate, old_rate }) => ({
      ...{ ...NOTHING, id, symbol, ex_date, kind: split, ratio: `${new_rate}:${old_rate}` },
    })),
    ...told.reverse_splits.flatMap(({ id, symbol, ex_date, new_rate, old_rate, new_symbol = '' }) => [
      { ...NOTHING, id, symbol, ex_date, kind: split, ratio: `${new_rate}:${old_rate}` },
      ...(new_symbol === '' || new_symbol === symbol
        ? []
        : [{ ...NOTHING, id: `${id}.symbol`, symbol, ex_date, kind: 'symbol-change', other: new_symbol }]),
    ]),
    ...told.stock_dividends.map(({ id, symbol, ex_date, rate: given }) => ({
      ...{ ...NOTHING, id, symbol, ex_date, kind: 'stock-dividend', ratio: `${given}:1` },
    })),
    ...told.cash_dividends.map(({ id, symbol, ex_date, rate: paid, payable_date, process_date, currency = '' }) =>
      // what it is worth in dollars is not known then
      currency !== '' && currency !== USD
        ? end(id, symbol, ex_date, 'other')
        : { ...NOTHING, id, symbol, ex_date, kind: 'cash-dividend', cash: paid, pay_date: payable_date ?? process_date },
    ),
    ...told.spin_offs.map(({ id, source_symbol: symbol, new_symbol, new_rate, source_rate, ex_date }) => ({
      ...{ ...NOTHING, id, symbol, ex_date, kind: 'spin-off', ratio: `${new_rate}:${source_rate}`, other: new_symbol },
    })),
    ...told.name_changes.flatMap(({ id, old_symbol: symbol, new_symbol: other, process_date: ex_date }) =>
      symbol === other ? [] : [{ ...NOTHING, id, symbol, ex_date, kind: 'symbol-change', other }],
    ),
    ...told.unit_splits.map(({ id, old_symbol: symbol, effective_date }) => end(id, symbol, effective_date, 'stock-merger')),
    ...told.cash_mergers.map(({ id, acquiree_symbol, effective_date }) =>
      end(id, acquiree_symbol, effective_date, 'cash-merger'),
    ),
    ...[...told.stock_mergers, ...told.stock_and_cash_mergers].map(({ id, acquiree_symbol, effective_date }) =>
      end(id, acquiree_symbol, effective_date, 'stock-merger'),
    ),
    ...told.worthless_removals.map(({ id, symbol, process_date }) => end(id, symbol, process_date, 'removal')),
    ...Object.entries(told).flatMap(([kind, rows]) => (KNOWN_KINDS.has(kind) ? [] : saidOfKind(kind, rows))),
  ];
}

const KNOWN_KINDS: ReadonlySet<string> = new Set(Object.keys(ALPACA_ACTIONS.shape));

/** What says neither of whom nor when it speaks is told with empty fields, which are refused where they are read. */
function saidOfKind(kind: string, rows: unknown): readonly SaidAction[] {
  if (rows === null || (Array.isArray(rows) && rows.length === 0)) return [];
  const list: readonly unknown[] = Array.isArray(rows) ? rows : [rows];
  return list.map((row) => {
    const textOf = (names: readonly string[]): string => {
      const values = names.map((name) => (isFields(row) ? row[name] : undefined));
      return values.find((value) => typeof value === 'string') ?? '';
    };
    return end(textOf(['id']), textOf(SYMBOL_FIELDS), textOf(DATE_FIELDS), MORE_KINDS.get(kind) ?? 'other');
  });
}

const isFields = (value: unknown): value is Readonly<Record<string, unknown>> => typeof value === 'object' && value !== null;

const end = (id: string, symbol: string, ex_date: string, kind: string): SaidAction => ({
  ...NOTHING,
  id,
  symbol,
  ex_date,
  kind,
});
