// Shows that length costs no memory: `npm run archive-memory [-- SYMBOLS FROM TO]`, by default 100 symbols and five years of minutes.
// An archive of made-up bars is backtested, first its first month and then all of it, each by a process of its own, and what each
// held at most is compared. It fails when all of it took more than 1.2 times as much.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { writeLongArchive } from '@aitrader/application-benchmark';
import { node, root } from './run.mjs';

const RATIO_MAX = 1.2;
const [symbols = '100', from = '2020-01-01', to = '2024-12-31'] = process.argv.slice(2);
const folder = mkdtempSync(path.join(tmpdir(), 'aitrader-long-'));

/** Says on standard error what the process held at most, in KiB. */
const PEAK = 'peak KiB ';
const hook = `data:text/javascript,process.on('exit',()=>process.stderr.write('${PEAK}'+process.resourceUsage().maxRSS+'\\n'))`;

function backtest(...more) {
  const main = path.join(root, 'dist', 'cli.js');
  const args = ['--import', hook, main, 'backtest', '--bars', folder, '--json', ...more];
  const done = spawnSync(node, args, { encoding: 'utf8', maxBuffer: 1 << 26 });
  if (done.status !== 0) throw new Error(`the backtest ended with ${done.status}:\n${done.stderr}`);
  const { bars, seconds, barsPerSecond } = JSON.parse(done.stdout);
  const peakMegabytes = Number(done.stderr.split(PEAK)[1]) / 1024;
  return { bars, seconds, barsPerSecond, peakMegabytes };
}

/** The last day of the month of a date. */
const monthEnd = (date) => {
  const [year, month] = date.split('-').map(Number);
  return new Date(Date.UTC(year, month, 0)).toISOString().slice(0, 10);
};

try {
  const bars = await writeLongArchive(folder, { symbols: Number(symbols), from, to });
  console.log(`${bars.toLocaleString('en-US')} bars of ${symbols} symbols, ${from} to ${to}`);
  const month = backtest('--to', monthEnd(from));
  const all = backtest();
  const line = ({ bars, seconds, barsPerSecond, peakMegabytes }) =>
    `${bars.toLocaleString('en-US')} bars, ${seconds} s (${barsPerSecond.toLocaleString('en-US')} bars/s), peak ${peakMegabytes.toFixed(0)} MiB`;
  const ratio = all.peakMegabytes / month.peakMegabytes;
  console.log(`first month: ${line(month)}`);
  console.log(`all of it:   ${line(all)}: ${ratio.toFixed(2)} times as much`);
  process.exitCode = all.bars === bars && ratio <= RATIO_MAX ? 0 : 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}
