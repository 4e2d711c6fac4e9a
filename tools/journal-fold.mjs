// Shows that the fold of fills in Postgres is the ledger of the recording, at every slice of a long run: `npm run journal-fold [-- SYMBOLS INTERVALS HOME]`,
// by default 5 symbols over a year of minutes. A made-up market is backtested and recorded, and the recording is written into a Postgres of its own. Postgres adds
// up cash and positions over its fills; the recording is read once more beside it, its fills are applied to a ledger, and at each of risk's decisions
// the account that risk saw, the ledger and Postgres have to say the same. Ends with exit code 1 where they do not. A HOME that is
// named is made and kept, for other commands to ask: AITRADER_HOME=HOME npx aitrader explain backtest-journal-fold --all --from database
import { chmodSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { addressOf, decodeFills, decodeOrders, upcast } from '@aitrader/contracts';
import { memoryHost } from '@aitrader/application-backtest';
import { journalRun } from '@aitrader/application-journal';
import { withHome } from '@aitrader/application-supervision';
import { applyFill, newLedger } from '@aitrader/core-portfolio';
import { tradeDateAt } from '@aitrader/core-sessions';
import { runId } from '@aitrader/model';
import { readStored } from '@aitrader/runtime-bus';
import { SIMULATED_DEFAULTS } from '@aitrader/runtime-configuration';
import { openDatabase } from '@aitrader/runtime-database';
import { SILENT } from '@aitrader/runtime-telemetry';

/** 252 trade dates from 04:00 to 20:00. */
const YEAR = '241920';
const SHOWN_MAX = 10;
const [symbols = '5', intervals = YEAR, kept] = process.argv.slice(2);
const home = kept === undefined ? mkdtempSync(path.join(tmpdir(), 'aitrader-fold-')) : path.resolve(kept);
if (kept !== undefined) mkdirSync(home, { recursive: true });
chmodSync(home, 0o755);
process.env.AITRADER_HOME = home;
const run = runId('backtest-journal-fold');
// what signals claim is taken at its word, so that much is traded
const config = { ...SIMULATED_DEFAULTS, risk: { ...SIMULATED_DEFAULTS.risk, edge: null } };

const FOLD = `SELECT seq, symbol, sum(cash_flow) OVER (PARTITION BY run_id ORDER BY seq, place) AS flow,
    sum(signed_quantity) OVER (PARTITION BY run_id, symbol ORDER BY seq, place) AS quantity
  FROM trading.standing_fills JOIN trading.runs USING (run_id) WHERE name = $1 ORDER BY seq, place`;

/** Reads the recording beside the fold. Returns how many decisions and fills there were, and where they differ. */
async function compare(bus, folded) {
  const ledger = newLedger(config.risk.startingCash);
  const seen = { decisions: 0, fills: 0, days: new Set(), differences: [] };
  const positions = new Map();
  let [next, flow] = [0, 0];
  await readStored(bus, run, ({ seq, subject, data }) => {
    const { fact, version } = addressOf(subject);
    if (fact === 'fills')
      for (const fill of decodeFills(data).fills) {
        applyFill(ledger, fill);
        seen.fills += 1;
      }
    if (fact !== 'orders') return;
    for (; next < folded.length && Number(folded[next].seq) < seq; next += 1) {
      flow = Number(folded[next].flow);
      positions.set(folded[next].symbol, Number(folded[next].quantity));
    }
    const { t, account } = decodeOrders(upcast(fact, version, data));
    seen.decisions += 1;
    seen.days.add(tradeDateAt(t));
    const cash = [account.cash, ledger.cash, config.risk.startingCash + flow];
    const held = [
      Object.fromEntries([...ledger.positions].map(([symbol, { quantity }]) => [symbol, quantity])),
      Object.fromEntries([...positions].filter(([, quantity]) => quantity !== 0)),
    ].map((of) => JSON.stringify(Object.entries(of).toSorted(([a], [b]) => (a < b ? -1 : 1))));
    if (new Set(cash).size > 1 || new Set(held).size > 1)
      seen.differences.push(`${new Date(t).toISOString()}: cash ${cash.join(', ')}; positions ${held.join(', ')}`);
  });
  if (next !== folded.length) seen.differences.push(`${folded.length - next} fills of Postgres stand behind the last decision`);
  return seen;
}

try {
  await withHome({ onProgress: () => undefined }, async (open) => {
    const source = { kind: 'synthetic', symbols: Number(symbols), intervals: Number(intervals) };
    await memoryHost({ run, kind: 'backtest', source, shards: 1, config, listener: SILENT }, open, true);
    const database = await openDatabase({ home, env: {} });
    try {
      const written = await journalRun({ bus: open.bus, run, open: () => openDatabase({ home, env: {} }) });
      const { decisions, fills, days, differences } = await compare(open.bus, await database.source.query(FOLD, [run]));
      for (const difference of differences.slice(0, SHOWN_MAX)) console.log(difference);
      console.log(
        `${written.rows.toLocaleString('en-US')} rows; ${decisions.toLocaleString('en-US')} decisions on ${days.size} trade dates, ${fills} fills: ${differences.length} differences`,
      );
      process.exitCode = differences.length === 0 && fills > 0 ? 0 : 1;
    } finally {
      await database.close();
    }
  });
} finally {
  if (kept === undefined) rmSync(home, { recursive: true, force: true });
}
