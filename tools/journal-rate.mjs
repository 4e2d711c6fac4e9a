// Shows how fast the journal writes: `npm run journal-rate [-- SYMBOLS INTERVALS]`, by default 500 symbols and 400 minutes.
// A made-up market is backtested and recorded, the recording is written into a Postgres of its own, and the same rows are then copied
// into the same tables, emptied, by a bare COPY from text that lies ready: what the server takes with nothing before it.
import { chmodSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import pg from 'pg';
import { memoryHost } from '@aitrader/application-backtest';
import { journalRun } from '@aitrader/application-journal';
import { withHome } from '@aitrader/application-supervision';
import { runId } from '@aitrader/model';
import { SIMULATED_DEFAULTS } from '@aitrader/runtime-configuration';
import { openDatabase, PROJECTED_TABLES } from '@aitrader/runtime-database';
import { SILENT } from '@aitrader/runtime-telemetry';

const REPEATS = 3;
const CHUNK_BYTES = 65_536;
const [symbols = '500', intervals = '400'] = process.argv.slice(2);
const home = mkdtempSync(path.join(tmpdir(), 'aitrader-journal-'));
chmodSync(home, 0o755);
process.env.AITRADER_HOME = home;
const run = runId('backtest-journal-rate');

/** A COPY of text that lies ready, by the driver's own connection. */
class CopyFrom {
  constructor(sql, text, resolve, reject) {
    Object.assign(this, { sql, text, resolve, reject });
  }
  submit(connection) {
    connection.query(this.sql);
  }
  handleCopyInResponse(connection) {
    for (let at = 0; at < this.text.length; at += CHUNK_BYTES)
      connection.sendCopyFromChunk(this.text.subarray(at, at + CHUNK_BYTES));
    connection.endCopyFrom();
  }
  handleCommandComplete() {}
  handleError(error) {
    this.reject(error);
  }
  handleReadyForQuery() {
    this.resolve();
  }
}

/** A COPY into a text. */
class CopyTo extends CopyFrom {
  chunks = [];
  handleCopyInResponse() {}
  handleCopyData({ chunk }) {
    this.chunks.push(Buffer.from(chunk));
  }
  handleReadyForQuery() {
    this.resolve(Buffer.concat(this.chunks));
  }
}

const copy = (client, Kind, sql, text) => new Promise((resolve, reject) => client.query(new Kind(sql, text, resolve, reject)));
const rate = (rows, ms) => Math.round((rows / ms) * 1_000).toLocaleString('en-US');

async function measure(open, database) {
  const { host, port, database: name } = database.loginOf('owner');
  const password = readFileSync(path.join(home, 'keys', 'database-owner.key'), 'utf8').trim();
  const client = new pg.Client({ host, port, user: 'aitrader_owner', password, database: name });
  await client.connect();
  const tables = Object.values(PROJECTED_TABLES).map((entity) => database.source.getMetadata(entity).tablePath);
  const empty = async () => {
    await client.query(`TRUNCATE ${tables.join(', ')}, journal.positions, trading.runs`);
    await client.query('CHECKPOINT').catch(() => undefined);
  };
  const [written, copied] = [[], []];
  let rows = 0;
  for (let repeat = 0; repeat < REPEATS; repeat++) {
    await empty();
    const done = await journalRun({ bus: open.bus, run, open: () => openDatabase({ home, env: {} }) });
    rows = done.rows;
    written.push(done.busyMs);
    const texts = [];
    for (const table of tables) texts.push(await copy(client, CopyTo, `COPY ${table} TO STDOUT`));
    await empty();
    const begun = performance.now();
    for (const [i, table] of tables.entries()) await copy(client, CopyFrom, `COPY ${table} FROM STDIN`, texts[i]);
    copied.push(performance.now() - begun);
  }
  await client.end();
  const [best, bare] = [Math.min(...written), Math.min(...copied)];
  console.log(`${rows.toLocaleString('en-US')} rows of ${symbols} symbols over ${intervals} minutes; the best of ${REPEATS}`);
  console.log(`journal, from the recording to the tables: ${rate(rows, best)} rows a second`);
  console.log(
    `bare COPY of the same rows:                ${rate(rows, bare)} rows a second (${(best / bare).toFixed(2)} times as fast)`,
  );
}

try {
  await withHome({ onProgress: () => undefined }, async (open) => {
    const source = { kind: 'synthetic', symbols: Number(symbols), intervals: Number(intervals) };
    await memoryHost({ run, kind: 'backtest', source, shards: 4, config: SIMULATED_DEFAULTS, listener: SILENT }, open, true);
    const database = await openDatabase({ home, env: {} });
    try {
      await measure(open, database);
    } finally {
      await database.close();
    }
  });
} finally {
  rmSync(home, { recursive: true, force: true });
}
