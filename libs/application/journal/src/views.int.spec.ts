/**
 * The views that sum up, in a real Postgres, against what the recording itself says.
 */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { addressOf, decodeDenials, decodeFills, decodeOrders, decodeSignals, decodeStates, upcast } from '@aitrader/contracts';
import { newYorkDate } from '@aitrader/core-sessions';
import {
  AT,
  STATE_WIDTH,
  compareText,
  item,
  newStateSlice,
  read,
  type AccountSnapshot,
  type EpochMs,
  type Fill,
  type GateFigure,
  type RunId,
  type Signal,
  type SignalId,
} from '@aitrader/model';
import { readStored } from '@aitrader/runtime-bus';
import type { OpenDatabase } from '@aitrader/runtime-database';
import { recordDay } from '../../../../tools/testing/recorded-day.ts';
import { JOURNAL_MS_MAX, openJournalHome, recordSample, type JournalUnderTest } from '../testing/journal-under-test.ts';
import { numberOf } from '../testing/table-content.ts';
import { journalRun } from './journal.ts';
import { SAMPLE_MS } from './market-rows.ts';

interface Decided {
  readonly signalId: SignalId;
  readonly isOrder: boolean;
  readonly gates: readonly GateFigure[];
}
interface StateSaid {
  readonly symbol: string;
  readonly model: string;
  readonly regime: number;
  readonly coverage: number;
  readonly scored: number;
}
/** What a recording says, message by message. */
interface Said {
  readonly signals: Map<string, Signal>;
  readonly decided: Decided[];
  readonly accounts: { readonly t: EpochMs; readonly account: AccountSnapshot }[];
  readonly fills: Fill[];
  readonly states: StateSaid[];
}

async function saidIn({ bus }: JournalUnderTest, run: RunId): Promise<Said> {
  const said: Said = { signals: new Map(), decided: [], accounts: [], fills: [], states: [] };
  await readStored(bus, run, ({ subject, data }) => {
    const { fact, version } = addressOf(subject);
    const payload = upcast(fact, version, data);
    if (fact === 'signals') for (const signal of decodeSignals(payload).signals) said.signals.set(signal.id, signal);
    if (fact === 'states') said.states.push(...statesOn(payload));
    if (fact === 'fills') said.fills.push(...decodeFills(payload).fills);
    if (fact === 'denials')
      said.decided.push(...decodeDenials(payload).denials.map(({ signalId, gates }) => ({ signalId, gates, isOrder: false })));
    if (fact !== 'orders') return;
    const { t, account, orders } = decodeOrders(payload);
    said.accounts.push({ t, account });
    said.decided.push(...orders.map(({ signalId, gates }) => ({ signalId, gates, isOrder: true })));
  });
  return said;
}

/** The states of a message that is on the grid of those that are kept, where forecasts of theirs were scored. */
function statesOn(payload: Uint8Array): readonly StateSaid[] {
  const slice = newStateSlice(0, 0);
  decodeStates(payload, slice);
  const { t, model, symbols, count, rows } = slice;
  if (t % SAMPLE_MS !== 0) return [];
  return Array.from({ length: count }, (_, i) => ({
    ...{ symbol: item(symbols, i), model, regime: read(rows, i * STATE_WIDTH + AT.regime) },
    ...{ coverage: read(rows, i * STATE_WIDTH + AT.coverage95), scored: read(rows, i * STATE_WIDTH + AT.scored) },
  })).filter(({ scored }) => scored > 0);
}

function groupedBy<T>(all: readonly T[], key: (one: T) => string): ReadonlyMap<string, readonly T[]> {
  const groups = new Map<string, T[]>();
  for (const one of all) groups.set(key(one), [...(groups.get(key(one)) ?? []), one]);
  return groups;
}

const sumOf = (figures: readonly number[]): number => figures.reduce((sum, figure) => sum + figure, 0);
/** Cash is in 1e-6 USD, prices in 1e-4 USD, quantities in 1e-9 share. */
const cashFlowOf = ({ side, price, quantity, fee }: Fill): number => {
  const worth = Number((BigInt(price) * BigInt(quantity) + 5_000_000n) / 10_000_000n);
  return (side === 'buy' ? -worth : worth) - fee;
};

describe('a view', () => {
  let home: JournalUnderTest;
  let database: OpenDatabase;
  let run: number;
  let said: Said;
  beforeAll(async () => {
    home = await openJournalHome();
    const sample = await recordSample(home, 'backtest-sample');
    said = await saidIn(home, sample);
    await journalRun({ bus: home.bus, run: sample, open: home.openHere });
    database = await home.openHere();
    run = await numberOf(database, sample);
  }, JOURNAL_MS_MAX);
  afterAll(async () => {
    await database.close();
    await home.close();
  });
  const rowsOf = <T>(sql: string): Promise<readonly T[]> => database.source.query<T[]>(sql, [run]);

  it('of edges has the gates of the edge of every order and denial, with the signal that they were held against', async () => {
    const rows = await rowsOf<Readonly<Record<string, unknown>>>(
      `SELECT signal_id, strategy, symbol, t::float8 AS t, gate, value::text AS value, limit_value::text AS limit_value, unit, comparison, is_order
       FROM trading.edges WHERE run_id = $1`,
    );
    const expected = said.decided.flatMap(({ signalId, gates, isOrder }) => {
      const signal = said.signals.get(signalId);
      return gates
        .filter(({ gate }) => gate.startsWith('EDGE'))
        .map(({ gate, value, limit, unit, comparison }) => ({
          ...{ signal_id: signalId, strategy: signal?.strategy, symbol: signal?.symbol, t: signal?.t },
          ...{ gate, value: String(value), limit_value: String(limit), unit, comparison, is_order: isOrder },
        }));
    });
    const sorted = (all: readonly object[]): readonly string[] =>
      all.map((row) => JSON.stringify(row)).toSorted((a, b) => compareText(a, b));
    expect(sorted(rows)).toEqual(sorted(expected));
    expect(new Set(expected.map(({ is_order }) => is_order))).toEqual(new Set([true, false]));
  });

  it('of performance has the account of each date from its first interval to its last, and what was traded on it', async () => {
    const rows = await rowsOf<Readonly<Record<string, unknown>>>(
      `SELECT to_char(date, 'YYYY-MM-DD') AS date, equity_first::float8, equity_last::float8, realised_last::float8,
         drawdown_ppm_max::float8, gross_max::float8, fills::int, fees::float8, turnover::float8
       FROM analytics.performance WHERE run_id = $1 ORDER BY date`,
    );
    const traded = groupedBy(said.fills, ({ t }) => newYorkDate(t));
    const expected = [...groupedBy(said.accounts, ({ t }) => newYorkDate(t))].map(([date, day]) => {
      const accounts = day.map(({ account }) => account);
      const [first, last, fills] = [item(accounts, 0), item(accounts, accounts.length - 1), traded.get(date) ?? []];
      return {
        ...{ date, equity_first: first.equity, equity_last: last.equity, realised_last: last.realised },
        drawdown_ppm_max: Math.max(...accounts.map(({ drawdownPpm }) => drawdownPpm)),
        gross_max: Math.max(...accounts.map(({ gross }) => gross)),
        ...{ fills: fills.length, fees: sumOf(fills.map(({ fee }) => fee)) },
        turnover: sumOf(fills.map((fill) => Math.abs(cashFlowOf(fill)))),
      };
    });
    expect(rows).toEqual(expected);
    expect(expected).toHaveLength(3);
    for (const { fills, drawdown_ppm_max: drawdown } of expected) expect(Math.min(fills, drawdown)).toBeGreaterThan(0);
  });

  it('of calibration has what share of closes the central 95 % held, by symbol, model and regime', async () => {
    const rows = await rowsOf<Readonly<Record<string, unknown>>>(
      `SELECT symbol, model, regime, states::int, coverage95_ppm::float8 AS coverage, scored::float8
       FROM analytics.calibration WHERE run_id = $1`,
    );
    const groups = groupedBy(said.states, ({ symbol, model, regime }) => `${symbol} ${model} ${regime}`);
    const expected = [...groups.values()].map((states) => {
      const { symbol, model, regime } = item(states, 0);
      const coverage = Math.round(sumOf(states.map((state) => state.coverage)) / states.length);
      return { symbol, model, regime, states: states.length, coverage, scored: Math.max(...states.map(({ scored }) => scored)) };
    });
    const byKey = (all: readonly object[]): ReadonlySet<string> => new Set(all.map((row) => JSON.stringify(row)));
    expect(byKey(rows)).toEqual(byKey(expected));
    expect(rows).toHaveLength(expected.length);
    expect(new Set(expected.map(({ regime }) => regime)).size).toBeGreaterThan(1);
  });

  it(
    'of backtests has the runs that are one, and no paper run',
    async () => {
      const paper = await recordDay(home.bus, 'paper-day');
      await journalRun({ bus: home.bus, run: paper, open: home.openHere });
      const kinds = 'SELECT name, kind FROM trading.runs ORDER BY run_id';
      expect(await database.source.query(kinds)).toEqual([
        { name: 'backtest-sample', kind: 'backtest' },
        { name: paper, kind: 'paper' },
      ]);
      expect(await rowsOf('SELECT name, kind FROM backtest.runs WHERE run_id = $1')).toEqual([
        { name: 'backtest-sample', kind: 'backtest' },
      ]);
      expect(await database.source.query('SELECT count(*)::int AS n FROM backtest.runs')).toEqual([{ n: 1 }]);
    },
    JOURNAL_MS_MAX,
  );
});
