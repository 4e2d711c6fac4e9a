import { dollarsOf, dollarsOfPrice, sharesOf } from '@aitrader/model';
import type { AccountCurve } from './account-history.ts';
import type { DailyAccount } from './daily-returns.ts';
import type { FillCost } from './fill-costs.ts';
import type { RoundTrip } from './round-trips.ts';
import type { Cell, Column, Table } from './table.ts';

/** The trades of an account, a row for each order that entered anything. */
export function tradesTable(trips: readonly RoundTrip[]): Table {
  const column = (name: string, type: Column['type'], what: string, of: (trip: RoundTrip) => Cell): Column => ({
    ...{ name, type, what },
    values: trips.map(of),
  });
  return {
    name: 'trades',
    what: 'each order that entered anything, from its entry to its exit',
    columns: [
      column('order', 'text', 'id of the order', ({ order }) => order),
      column('symbol', 'text', 'as it traded last', ({ symbol }) => symbol),
      column(
        'strategy',
        'text',
        'whose signal it was; absent of an order that an operator asked for',
        ({ strategy }) => strategy,
      ),
      column('side', 'text', 'buy enters a long, sell a short', ({ side }) => side),
      column('decided_at', 'time', 'the interval that it was approved in', ({ decidedAt }) => decidedAt),
      column('entered_at', 'time', 'the interval of its first fill', ({ enteredAt }) => enteredAt),
      column('exited_at', 'time', 'the interval of its last fill; absent while anything is held', ({ exitedAt }) => exitedAt),
      column('shares', 'number', 'shares that entered', ({ shares }) => shares),
      column('held', 'number', 'shares held at the end, below 0 of a short', ({ held }) => held),
      column('reference', 'number', 'the close that it was decided on, dollars', ({ reference }) => reference),
      column('entry', 'number', 'average price of the entry, dollars', ({ entry }) => entry),
      column('exit', 'number', 'average price of the exit, dollars', ({ exit }) => exit),
      column('left_by', 'text', 'legs that exited: stop, target, time', ({ exits }) => exits.join(' ')),
      column('reason', 'text', 'what was said of the last one', ({ reason }) => reason),
      column('fees', 'number', 'dollars', ({ fees }) => fees),
      column('profit', 'number', 'cash that its fills moved, fees taken off, dollars', ({ profit }) => profit),
      column('return', 'number', 'profit over what was entered, as a fraction', (trip) => trip.return),
      column(
        'entry_cost',
        'number',
        'what the entry cost against the reference, fees aside, dollars',
        ({ entryCost }) => entryCost,
      ),
      column('worst', 'number', 'furthest against the entry while it was held, as a fraction of it', ({ worst }) => worst),
      column('best', 'number', 'furthest for it', ({ best }) => best),
    ],
  };
}

/** The account at the end of every interval. */
export const equityTable = ({ t, equity, cash, gross, drawdown }: AccountCurve): Table => ({
  name: 'equity',
  what: 'the account at the end of every interval',
  columns: [
    { name: 't', type: 'time', what: 'close of the interval', values: t },
    { name: 'equity', type: 'number', what: 'dollars', values: equity },
    { name: 'cash', type: 'number', what: 'dollars', values: cash },
    { name: 'gross', type: 'number', what: 'sum of |position| at the last prices, dollars', values: gross },
    { name: 'drawdown', type: 'number', what: 'fall from the highest equity, as a fraction of it', values: drawdown },
  ],
});

/** The account by trade date. */
export const dailyTable = ({ dates, equity, returns, exposureMost, exposureMean }: DailyAccount): Table => ({
  name: 'daily',
  what: 'the account by trade date',
  columns: [
    { name: 'date', type: 'text', what: 'trade date in New York', values: dates },
    { name: 'equity', type: 'number', what: 'at the last interval of the date, dollars', values: equity },
    { name: 'return', type: 'number', what: 'since the date before, as a fraction', values: returns },
    {
      name: 'exposure_most',
      type: 'number',
      what: 'the most held at the end of an interval, as a fraction of the equity',
      values: exposureMost,
    },
    { name: 'exposure_mean', type: 'number', what: 'the mean of that', values: exposureMean },
  ],
});

/** What each fill cost, by kind; null where the parts are not known. */
export function costsTable(fills: readonly FillCost[]): Table {
  const column = (name: string, type: Column['type'], what: string, of: (one: FillCost) => Cell): Column => ({
    ...{ name, type, what },
    values: fills.map(of),
  });
  return {
    name: 'costs',
    what: 'what each fill cost, by kind; of one whose parts are not known the fee alone',
    columns: [
      column('fill', 'text', 'id of the fill', ({ fill }) => fill.id),
      column('t', 'time', 'close of its interval', ({ fill }) => fill.t),
      column('symbol', 'text', 'as it traded', ({ fill }) => fill.symbol),
      column('leg', 'text', 'entry, stop, target or time', ({ fill }) => fill.leg),
      column('side', 'text', 'buy or sell', ({ fill }) => fill.side),
      column('shares', 'number', 'shares', ({ fill }) => sharesOf(fill.quantity)),
      column('price', 'number', 'dollars', ({ fill }) => dollarsOfPrice(fill.price)),
      column('at', 'number', 'price that stood when it came to the market, dollars', ({ at }) =>
        at === null ? null : dollarsOfPrice(at),
      ),
      column('spread', 'number', 'half the spread, dollars', ({ parts }) => (parts === null ? null : dollarsOf(parts.spread))),
      column('slippage', 'number', 'dollars', ({ parts }) => (parts === null ? null : dollarsOf(parts.slippage))),
      column('impact', 'number', 'dollars', ({ parts }) => (parts === null ? null : dollarsOf(parts.impact))),
      column('fees', 'number', "the broker's and those by law, dollars", ({ fill, parts }) => dollarsOf(parts?.fees ?? fill.fee)),
      column('loan', 'number', 'of shares that were sold short, dollars', ({ parts }) =>
        parts === null ? null : dollarsOf(parts.loan),
      ),
    ],
  };
}
