// Shows that trading does not notice what becomes of its Postgres: `npm run journal-latency [-- SYMBOLS SECONDS PACE_MS]`, by default 100 symbols, 15 seconds a
// part and a minute every 100 ms. One run over the bus with the journal beside it goes through parts: before, while Postgres stands still, after that, while tables
// are held by somebody else, while it is killed and started again, and after. In each: from a minute's first bar stored to risk's word on it stored,
// by the server's clock, beside the part before. Then the journal goes on to its end, and everything is written anew: both have to be the
// same, table by table. Ends with exit code 1 where they are not.
import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { quantileOf, storedAt } from '@aitrader/application-benchmark';
import { forgetRun, journalRun } from '@aitrader/application-journal';
import { runOnBus, withHome } from '@aitrader/application-supervision';
import { runId } from '@aitrader/model';
import { SIMULATED_DEFAULTS } from '@aitrader/runtime-configuration';
import { dataSourceOf, openDatabase, PROJECTED_TABLES } from '@aitrader/runtime-database';

const MINUTE_MS = 60_000;
const POLL_MS = 20;
const FOUND_MS_MAX = 60_000;
const [symbols = '100', seconds = '15', pace = '100'] = process.argv.slice(2).map(Number);
const partMs = Number(seconds) * 1_000;
const home = mkdtempSync(path.join(tmpdir(), 'aitrader-latency-'));
chmodSync(home, 0o755);
process.env.AITRADER_HOME = home;
delete process.env.DATABASE_URL;
const run = runId('paper-journal-latency');
// what signals claim is taken at its word, so that there is something to write of all kinds
const config = { ...SIMULATED_DEFAULTS, risk: { ...SIMULATED_DEFAULTS.risk, edge: null } };

/** The process of the home's Postgres, and those that it has started. */
async function postgres() {
  const folder = path.join(home, 'postgres');
  for (const until = Date.now() + FOUND_MS_MAX; Date.now() < until; await sleep(POLL_MS)) {
    const major = existsSync(folder) ? readdirSync(folder).find((name) => /^\d+$/.test(name)) : undefined;
    const record = path.join(folder, major ?? '', 'server.json');
    if (major === undefined || !existsSync(record)) continue;
    const { pid } = JSON.parse(readFileSync(record, 'utf8'));
    const { stdout } = spawnSync('pgrep', ['-P', String(pid)], { encoding: 'utf8' });
    return [pid, ...stdout.split('\n').filter(Boolean).map(Number)];
  }
  throw new Error(`no Postgres was started in ${folder}`);
}

const signalAll = (pids, signal) => {
  for (const pid of pids)
    try {
      process.kill(pid, signal);
    } catch {
      // it has ended
    }
};

/** What is done to Postgres in each part, in this order. What it returns undoes it. */
const PARTS = [
  ['warm-up', () => undefined],
  ['before', () => undefined],
  [
    'stands still',
    async () => {
      const pids = await postgres();
      signalAll(pids, 'SIGSTOP');
      return () => signalAll(pids, 'SIGCONT');
    },
  ],
  ['goes on', () => undefined],
  [
    'tables held',
    async () => {
      const database = await openDatabase({ home, env: {} });
      const source = await dataSourceOf(database.loginOf('owner')).initialize();
      const holder = source.createQueryRunner();
      await holder.startTransaction();
      await holder.query('LOCK TABLE trading.fills, market.bars IN ACCESS EXCLUSIVE MODE');
      return async () => {
        await holder.rollbackTransaction();
        await source.destroy();
        await database.close();
      };
    },
  ],
  ['killed', async () => signalAll(await postgres(), 'SIGKILL')],
  ['after', () => undefined],
];

/** Goes through the parts. Returns when each began. */
async function harm(begun) {
  const begins = [];
  await begun;
  for (const [name, harmed] of PARTS) {
    begins.push([name, Date.now()]);
    const undo = await harmed();
    await sleep(partMs);
    await undo?.();
  }
  return begins;
}

const DIGEST = (table) =>
  `SELECT count(*)::int AS rows, coalesce(md5(string_agg(line, '' ORDER BY line)), '') AS sum
   FROM (SELECT (to_jsonb(written) - 'run_id')::text AS line FROM ${table} written WHERE run_id = (SELECT run_id FROM trading.runs WHERE name = $1)) lines`;

/** Each table's rows of the run, as a count and a sum over all that they say. */
async function contentOf({ source }) {
  const content = {};
  for (const [name, entity] of Object.entries(PROJECTED_TABLES))
    content[name] = (await source.query(DIGEST(source.getMetadata(entity).tablePath), [run]))[0];
  return content;
}

/** Whether what was written through all of it is what is written in one go. */
async function isExact(bus) {
  const write = () => journalRun({ bus, run, open: () => openDatabase({ home, env: {} }), patient: true });
  await write();
  const database = await openDatabase({ home, env: {} });
  try {
    const through = await contentOf(database);
    await forgetRun(database, run);
    const { rows } = await write();
    const anew = await contentOf(database);
    const others = Object.keys(anew).filter((table) => JSON.stringify(anew[table]) !== JSON.stringify(through[table]));
    for (const table of others)
      console.log(`${table}: ${JSON.stringify(through[table])}, written anew ${JSON.stringify(anew[table])}`);
    console.log(`${rows.toLocaleString('en-US')} rows in the tables: ${others.length === 0 ? 'exact' : 'they differ'}`);
    return others.length === 0;
  } finally {
    await database.close();
  }
}

/** The latencies of each part, by when its minutes' first bars were stored. */
async function show(open, begins) {
  const [closed, decided] = [(await storedAt(open, run, 'bars')).first, (await storedAt(open, run, 'orders')).first];
  let base;
  for (const [i, [name, from]] of begins.entries()) {
    const until = begins[i + 1]?.[1] ?? Infinity;
    const own = [...closed].filter(([t, at]) => at >= from && at < until && decided.has(t)).map(([t, at]) => decided.get(t) - at);
    if (name === 'warm-up' || own.length === 0) continue;
    const [p50, p99, most] = [quantileOf(own, 0.5), quantileOf(own, 0.99), Math.max(...own)];
    base ??= { p50, p99 };
    const beside = (value, of) => `${value.toFixed(1).padStart(7)} ms (${(value / of).toFixed(2)})`;
    console.log(
      `${name.padEnd(13)} ${String(own.length).padStart(5)} minutes  p50 ${beside(p50, base.p50)}  p99 ${beside(p99, base.p99)}  most ${most.toFixed(1).padStart(7)} ms`,
    );
  }
}

try {
  await withHome({ onProgress: () => undefined }, async (open) => {
    const intervals = Math.ceil((PARTS.length * partMs * 1.5) / Number(pace));
    const source = { kind: 'synthetic', symbols: Number(symbols), intervals };
    const spec = { source, speed: MINUTE_MS / Number(pace), shards: 1, kind: 'paper', config };
    // whoever has started it stops it when it fails him: not the journal, which would throw out who holds its tables
    const owned = await openDatabase({ home, env: {} });
    const begun = Promise.withResolvers();
    const harmed = harm(begun.promise);
    const stopped = harmed.then(
      () => undefined,
      () => undefined,
    );
    const { complete } = await runOnBus(open, {
      run,
      spec,
      journal: true,
      stopped,
      onProgress: () => begun.resolve(),
      onJournal: console.log,
    });
    if (complete) console.log('the market ended before the parts did: a slower pace shows all of them');
    await show(open, await harmed);
    await owned.close();
    process.exitCode = (await isExact(open.bus)) ? 0 : 1;
  });
} finally {
  rmSync(home, { recursive: true, force: true });
}
