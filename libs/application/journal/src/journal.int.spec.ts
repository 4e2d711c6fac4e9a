/**
 * Recordings written into a real Postgres: what is there is what was recorded, whatever happens on the way.
 */
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { addressOf, decodeFills, decodeOrders, upcast } from '@aitrader/contracts';
import { applyFill, newLedger } from '@aitrader/core-portfolio';
import { item, runId, type AccountSnapshot, type RunId } from '@aitrader/model';
import {
  deleteRecording,
  foreignHandle,
  isComplete,
  manifestOf,
  readStored,
  recordingInfo,
  type LoggedMessage,
} from '@aitrader/runtime-bus';
import { PostgresFailed, type OpenDatabase } from '@aitrader/runtime-database';
import {
  JOURNAL_MS_MAX,
  goldenMessages,
  openJournalHome,
  recordSample,
  restoreGolden,
  restoreMessages,
  type JournalUnderTest,
} from '../testing/journal-under-test.ts';
import { contentOf, numberOf } from '../testing/table-content.ts';
import { BELIEVING } from '../../../../tools/testing/believing.ts';
import { JournalBehind, journalRun, type Journaled, type JournalOptions, type Written } from './journal.ts';
import { arrayText } from './array-text.ts';
import { forgetRun } from './forget.ts';
import { projectMessage } from './projection.ts';
import { Rows } from './rows.ts';

const KILLS = 4;
const ENDED_MAX = 8;
const KILL_EVERY_MS = 120;
const JOURNAL_SHORT_MS = 300;
const START = BELIEVING.risk.startingCash;

/** What a recording comes to by itself: the rows of all messages, and how the account and its positions stood at each interval. */
interface Expected {
  readonly rows: number;
  readonly counts: Readonly<Record<string, number>>;
  readonly accounts: ReadonlyMap<number, AccountSnapshot>;
  readonly positions: ReadonlyMap<number, Readonly<Record<string, number>>>;
}

async function expectedOf({ bus }: JournalUnderTest, run: RunId): Promise<Expected> {
  const [accounts, positions] = [new Map<number, AccountSnapshot>(), new Map<number, Record<string, number>>()];
  const rows = new Rows();
  const ledger = newLedger(START);
  await readStored(bus, run, (message) => {
    projectMessage(message, rows);
    const { fact, version } = addressOf(message.subject);
    if (fact === 'fills') for (const fill of decodeFills(message.data).fills) applyFill(ledger, fill);
    if (fact !== 'orders') return;
    const { t, account } = decodeOrders(upcast(fact, version, message.data));
    accounts.set(t, account);
    positions.set(t, Object.fromEntries([...ledger.positions].map(([symbol, { quantity }]) => [symbol, quantity])));
    // the account's own figures are the ledger's: what is held against them below is held against the positions too
    expect([account.cash, account.realised]).toEqual([ledger.cash, ledger.realised]);
  });
  return { rows: rows.count, counts: countsOf(rows), accounts, positions };
}

const ACCOUNTS = `SELECT equity.t, equity.cash, equity.equity, coalesce(sum(cash_flow), 0) AS flow
  FROM trading.equity LEFT JOIN trading.standing_fills fills ON fills.run_id = equity.run_id AND fills.seq < equity.seq
  WHERE equity.run_id = $1 GROUP BY equity.run_id, equity.t`;
const POSITIONS = `SELECT equity.t, symbol, sum(signed_quantity) AS quantity
  FROM trading.equity JOIN trading.standing_fills fills ON fills.run_id = equity.run_id AND fills.seq < equity.seq
  WHERE equity.run_id = $1 GROUP BY equity.t, symbol HAVING sum(signed_quantity) <> 0`;
describe('a journal', () => {
  let home: JournalUnderTest;
  let sample: RunId;
  let database: OpenDatabase;
  let expected: Expected;
  let whole: Readonly<Record<string, unknown>>;
  let last: number;
  beforeAll(async () => {
    home = await openJournalHome();
    sample = await recordSample(home, 'backtest-sample');
    last = (await recordingInfo(home.bus, sample)).state.last_seq;
    expected = await expectedOf(home, sample);
  }, JOURNAL_MS_MAX);
  afterEach(async () => {
    await database.close();
  });
  afterAll(() => home.close());

  const write = (run: RunId, options: Partial<JournalOptions> = {}): Promise<Journaled> =>
    journalRun({ bus: home.bus, run, open: home.openHere, ...options });
  const forget = async (run: RunId): Promise<void> => {
    expect(await forgetRun(database, run)).toBe(1);
    expect(await numberOf(database, run)).toBe(-1);
  };

  it(
    'has every row of a recording, and their fold is the account and its positions at every interval of every session',
    async () => {
      database = await home.openHere();
      const done = await write(sample);
      expect(done).toMatchObject({ from: 0, to: last, rows: expected.rows });
      const run = await numberOf(database, sample);
      whole = await contentOf(database, run);
      const counted = Object.entries(whole).map(([table, content]) => [table, (content as { readonly rows: number }).rows]);
      expect(Object.fromEntries(counted.filter(([, count]) => count !== 0))).toEqual(expected.counts);
      const { accounts, positions } = expected;
      const sessions = new Set([...accounts.keys()].map((t) => new Date(t).toISOString().slice(0, 10)));
      expect([sessions.size, (expected.counts['fills'] ?? 0) > 20]).toEqual([3, true]);
      const folded = await database.source.query<Record<'t' | 'cash' | 'equity' | 'flow', string>[]>(ACCOUNTS, [run]);
      expect(folded).toHaveLength(accounts.size);
      for (const { t, cash, equity, flow } of folded) {
        const account = accounts.get(Number(t));
        expect([t, START + Number(flow), Number(cash), Number(equity)]).toEqual([
          t,
          account?.cash,
          account?.cash,
          account?.equity,
        ]);
      }
      const held = new Map<number, Record<string, number>>([...positions.keys()].map((t) => [t, {}]));
      for (const { t, symbol, quantity } of await database.source.query<Record<'t' | 'symbol' | 'quantity', string>[]>(
        POSITIONS,
        [run],
      ))
        Object.assign(held.get(Number(t)) ?? {}, { [symbol]: Number(quantity) });
      expect(held).toEqual(positions);
      expect([...positions.values()].some((of) => Object.keys(of).length > 1)).toBe(true);
    },
    JOURNAL_MS_MAX,
  );

  it(
    'changes nothing when it is kept again',
    async () => {
      database = await home.openHere();
      expect(await write(sample)).toMatchObject({ from: last, to: last, rows: 0 });
      expect(await contentOf(database, await numberOf(database, sample))).toEqual(whole);
    },
    JOURNAL_MS_MAX,
  );

  it(
    'is exact after Postgres was killed again and again on the way',
    async () => {
      database = await home.openHere();
      await forget(sample);
      let kills = 0;
      const failures: unknown[] = [];
      const servers = path.join(home.home, 'postgres');
      const pidNow = (): number => {
        const record = path.join(servers, item(readdirSync(servers), 0), 'server.json');
        return (JSON.parse(readFileSync(record, 'utf8')) as { readonly pid: number }).pid;
      };
      const open = async (): Promise<OpenDatabase> => {
        const opened = await home.openHere();
        const pid = pidNow();
        if (kills < KILLS) {
          kills += 1;
          setTimeout(() => foreignHandle(pid).signal('SIGKILL'), KILL_EVERY_MS * kills);
        }
        return opened;
      };
      await write(sample, { open, onRetry: (error) => failures.push(error), follow: true, patient: true });
      expect(kills).toBe(KILLS);
      expect(failures.length).toBeGreaterThan(0);
      const after = await home.openHere();
      await database.close();
      database = after;
      expect(await contentOf(database, await numberOf(database, sample))).toEqual(whole);
    },
    JOURNAL_MS_MAX,
  );

  it(
    'is exact when two keep it at once, and when sessions are ended under them',
    async () => {
      database = await home.openHere();
      await forget(sample);
      let done = false;
      const disturb = async (): Promise<number> => {
        let ended = 0;
        const { source, loginOf } = database;
        const journal = loginOf('journal').user;
        while (!done && ended < ENDED_MAX) {
          const rows = await source.query<unknown[]>(
            'SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = $1 AND pid <> pg_backend_pid() AND state <> $2',
            [journal, 'idle'],
          );
          ended += rows.length;
          await new Promise((resolve) => setTimeout(resolve, 100));
        }
        return ended;
      };
      const disturbing = disturb();
      const both = await Promise.all([write(sample), write(sample)]).finally(() => (done = true));
      expect(await disturbing).toBeGreaterThan(0);
      expect(both.map(({ to }) => to)).toEqual([last, last]);
      expect(await contentOf(database, await numberOf(database, sample))).toEqual(whole);
    },
    JOURNAL_MS_MAX,
  );

  it(
    'follows a run that is being recorded, until it is complete',
    async () => {
      database = await home.openHere();
      const followed = runId('backtest-followed');
      const recording = recordSample(home, followed);
      while ((await recordingInfo(home.bus, followed).catch(() => undefined)) === undefined)
        await new Promise((resolve) => setTimeout(resolve, 10));
      const done = await write(followed, { follow: true });
      await recording;
      expect([done.from, done.to]).toEqual([0, last]);
      expect(await contentOf(database, await numberOf(database, followed))).toEqual(whole);
      const stop = new AbortController();
      stop.abort();
      expect(await write(followed, { follow: true, stopped: stop.signal })).toMatchObject({ rows: 0 });
    },
    JOURNAL_MS_MAX,
  );

  it(
    'has the message by which a run is complete, though it comes after all there was had been read',
    async () => {
      database = await home.openHere();
      const late = runId('paper-late');
      const messages = (await messagesOf(home, sample)).map(({ seq, subject, data }) => ({
        seq,
        subject: subject.replace(/^at\.[^.]+/, `at.${late}`),
        data: seq === 1 ? Buffer.from(Buffer.from(data).toString('utf8').replace(`"run":"${sample}"`, `"run":"${late}"`)) : data,
      }));
      const end = item(messages, messages.length - 1);
      await restoreMessages(home.bus, late, messages.slice(0, -1));
      const manifest = await manifestOf(home.bus, late);
      if (manifest === undefined) throw new Error('there is no manifest');
      expect(await isComplete(home.bus, late, manifest)).toBe(false);
      let publishing: Promise<unknown> | undefined;
      // all is written that was read: what is asked of the recording after this finds the end
      const onWritten = ({ seq, end: stored }: Written): void => {
        if (seq === stored) publishing ??= home.bus.js.publish(end.subject, end.data);
      };
      const done = await write(late, { follow: true, onWritten });
      await publishing;
      expect(await isComplete(home.bus, late, manifest)).toBe(true);
      expect(done).toMatchObject({ to: messages.length, rows: expected.rows });
    },
    JOURNAL_MS_MAX,
  );

  it(
    'gives up a database that fails once the run has ended, and says what goes on from there',
    async () => {
      database = await home.openHere();
      const failing = { follow: true, open: () => Promise.reject(new PostgresFailed('there is no room')) };
      await expect(write(sample, failing)).rejects.toThrow(
        `the tables are behind ${sample}: written up to message 0 of ${last}, since the database fails (there is no room). Nothing is lost: "npx aitrader journal ${sample}" goes on from there`,
      );
      const half = runId('paper-half');
      await restoreMessages(
        home.bus,
        half,
        goldenMessages('all-v1')
          .messages.slice(0, 20)
          .map((message) => ({
            ...message,
            subject: message.subject.replace(/^at\.[^.]+/, `at.${half}`),
          })),
      );
      // nobody runs it any more, though it never came to its end
      await expect(write(half, { ...failing, isOver: () => Promise.resolve(true) })).rejects.toThrow(JournalBehind);
      // whoever goes on as long as the run does ends when it is told to
      const finishing = AbortSignal.timeout(JOURNAL_SHORT_MS);
      await expect(write(half, { ...failing, finishing })).rejects.toThrow(JournalBehind);
      expect(await write(half, { follow: true, finishing })).toMatchObject({ to: 20 });
    },
    JOURNAL_MS_MAX,
  );

  it.each(['all-v1', 'broker-v1', 'orders-v4', 'opening-v1', 'orders-v5', 'control-v3', 'bars-v2', 'watchlists-v1'])(
    'has every row of what a released program recorded (%s)',
    async (name) => {
      database = await home.openHere();
      const run = await restoreGolden(home.bus, name);
      const told = await countsIn(home, run);
      await write(run);
      const content = await contentOf(database, await numberOf(database, run));
      const counted = Object.entries(content).map(([table, of]) => [table, (of as { readonly rows: number }).rows]);
      expect(Object.fromEntries(counted.filter(([, count]) => count !== 0))).toEqual(told);
    },
    JOURNAL_MS_MAX,
  );

  it(
    'tells two recordings of one name apart, and writes nothing of a batch in which a message cannot be read',
    async () => {
      database = await home.openHere();
      const { run, messages } = goldenMessages('all-v1');
      await deleteRecording(home.bus, run);
      const anew = messages.map((message) => {
        const text = Buffer.from(message.data).toString('utf8');
        if (message.seq === 1) return { ...message, data: Buffer.from(text.replace('"createdAt":1', '"createdAt":2')) };
        return message.seq === 30 ? { ...message, data: Buffer.from('{}') } : message;
      });
      await restoreMessages(home.bus, run, anew);
      await expect(write(run)).rejects.toThrow(`${run}, message 30 on`);
      const positions = await database.source.query<unknown[]>(
        'SELECT last_seq FROM trading.runs JOIN journal.positions USING (run_id) WHERE name = $1 ORDER BY run_id',
        [run],
      );
      expect(positions).toEqual([{ last_seq: String(messages.length) }, { last_seq: '0' }]);
    },
    JOURNAL_MS_MAX,
  );

  it(
    'says every text, list and object as it was, but for the character that Postgres has none of',
    async () => {
      database = await home.openHere();
      const texts = ['', 'NULL', 'null', 'a,b', '{x}', 'say "so"', 'back\\slash', 'line\nbreak', 'é 😀', "it's", ' blank '];
      const values = texts.map((text) => ({ text, object: { text, of: [1, null, true] }, list: [1, -2, 9_007_199_254_740_991] }));
      const arrays = [arrayText(values, 'text', 'text'), arrayText(values, 'object', 'json'), arrayText(values, 'list', 'list')];
      const rows = await database.source.query<unknown[]>(
        'SELECT text, object::jsonb, list::bigint[] FROM unnest($1::text[], $2::text[], $3::text[]) AS given (text, object, list)',
        arrays,
      );
      expect(rows).toEqual(values.map(({ list, ...value }) => ({ ...value, list: list.map(String) })));
      const nul = [{ text: 'a\u0000b', object: { a: '\u0000' }, none: null }];
      const [read] = await database.source.query<unknown[]>(
        'SELECT $1::text[] AS text, ($2::text[])[1]::jsonb AS object, $3::text[] AS none',
        [arrayText(nul, 'text', 'text'), arrayText(nul, 'object', 'json'), arrayText(nul, 'none', 'text')],
      );
      expect(read).toEqual({ text: ['a\uFFFDb'], object: { a: '\uFFFD' }, none: [null] });
      expect(() => arrayText([{}], 'text', 'text')).toThrow('row 0 has no text');
    },
    JOURNAL_MS_MAX,
  );
});

async function messagesOf({ bus }: JournalUnderTest, run: RunId): Promise<LoggedMessage[]> {
  const messages: LoggedMessage[] = [];
  await readStored(bus, run, (message) => void messages.push(message));
  return messages;
}

/** The rows of a recording, table by table; of what stands from interval to interval there is one each, however often it is told. */
async function countsIn({ bus }: JournalUnderTest, run: RunId): Promise<Readonly<Record<string, number>>> {
  const rows = new Rows();
  await readStored(bus, run, (message) => projectMessage(message, rows));
  return countsOf(rows);
}

const STANDING: Readonly<Record<string, string>> = { sessions: 'tradeDate', halts: 'tripId', breaks: 'breakId' };

function countsOf(rows: Rows): Readonly<Record<string, number>> {
  const counts = [...rows.tables()].map(([table, of]) => {
    const key = STANDING[table];
    const told = key === undefined ? of : new Set(of.map((row) => (row as Record<string, unknown>)[key]));
    return [table, 'size' in told ? told.size : told.length] as const;
  });
  return Object.fromEntries(counts);
}
