import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { inOnePart, loadBars } from '@aitrader/application-markets';
import { scanMarket } from '@aitrader/application-pipeline';
import { sessionsBetween } from '@aitrader/core-sessions';
import { programFile, SIMULATED_DEFAULTS, SIMULATED_SCANNER } from '@aitrader/runtime-configuration';
import { figuresOf, symbolNames } from './streamed-bars.ts';

/** The panel that is made where none is given is as large as a real one of two months. */
const PANEL = { symbols: 6_091, from: '2016-10-03', to: '2016-12-06' };
const HEADER = 'ts,open,high,low,close,volume,symbol';
const REPEATS = 3;
const FIGURES_FIRST = 1;
const FIGURES = 5;

export interface ScanFigures {
  /** the file of daily bars that was scanned; null for one that was made for it */
  readonly panel: string | null;
  readonly symbols: number;
  readonly bars: number;
  /** of the whole command in a process of its own, by the clock on the wall: start-up, reading, scanning, printing; the best of three */
  readonly commandSeconds: number;
  /** of a command that does nothing but start */
  readonly startSeconds: number;
  /** processor time of one thread in this process, whose code is compiled by then: reading the file, and making the lists */
  readonly readSeconds: number;
  readonly scanSeconds: number;
  /** the same of unpacking the file and cutting it into numbers, with no check and in no order */
  readonly bareReadSeconds: number;
}

/** How long `scan` takes over a file of daily bars as a user runs it, and what that goes to; without a file, over one that is made. */
export async function benchScan(given: string | undefined, onProgress: (share: number) => void): Promise<ScanFigures> {
  const folder = await mkdtemp(path.join(tmpdir(), 'aitrader-bench-scan-'));
  try {
    const file = given ?? path.join(folder, 'panel.csv.gz');
    if (given === undefined) await writeFile(file, gzipSync(panelText()));
    const packed = await readFile(file);
    const [command, start, read, scan, bare]: [number[], number[], number[], number[], number[]] = [[], [], [], [], []];
    let [symbols, bars] = [0, 0];
    for (let repeat = 0; repeat < REPEATS; repeat++) {
      start.push(await secondsOf(['--version']));
      command.push(await secondsOf(['scan', '--bars', file, '--json']));
      bare.push(await coreSecondsOf(() => Promise.resolve(readBare(packed))));
      const { table } = await timed(read, () => loadBars({ kind: 'files', paths: [file] }, noBus));
      const { probability } = SIMULATED_DEFAULTS;
      await timed(scan, () => scanMarket({ bars: inOnePart(table), probability, scanner: SIMULATED_SCANNER, shards: 1 }));
      [symbols, bars] = [table.symbols.length, table.count];
      onProgress((repeat + 1) / REPEATS);
    }
    return {
      panel: given ?? null,
      symbols,
      bars,
      commandSeconds: Math.min(...command),
      startSeconds: Math.min(...start),
      readSeconds: Math.min(...read),
      scanSeconds: Math.min(...scan),
      bareReadSeconds: Math.min(...bare),
    };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

const noBus = (): Promise<never> => Promise.reject(new Error('files need no bus'));

function panelText(): string {
  const names = symbolNames(PANEL.symbols);
  const rows = sessionsBetween(PANEL.from, PANEL.to).flatMap(({ date }, day) => {
    const midnight = Date.parse(date);
    return names.map((symbol, i) => {
      const { o, h, l, c, v } = figuresOf(i, day);
      return `${midnight},${o},${h},${l},${c},${v * 100},${symbol}`;
    });
  });
  return `${HEADER}\n${rows.join('\n')}\n`;
}

/** Seconds on the wall of one run of the command line. @throws Error when it fails */
async function secondsOf(args: readonly string[]): Promise<number> {
  const started = performance.now();
  const child = spawn(process.execPath, [...process.execArgv, programFile('cli'), ...args], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const [code] = (await once(child, 'exit')) as [number | null];
  if (code !== 0) throw new Error(`aitrader ${args.join(' ')} ended with ${code}`);
  return (performance.now() - started) / 1e3;
}

async function timed<T>(seconds: number[], work: () => Promise<T>): Promise<T> {
  let result: { readonly value: T } | undefined;
  seconds.push(
    await coreSecondsOf(async () => {
      result = { value: await work() };
    }),
  );
  if (result === undefined) throw new Error('nothing was done');
  return result.value;
}

async function coreSecondsOf(work: () => Promise<unknown>): Promise<number> {
  const begun = process.threadCpuUsage();
  await work();
  const { user, system } = process.threadCpuUsage(begun);
  return (user + system) / 1e6;
}

/** The yardstick of reading: the numbers of each row, as the language itself finds them. */
function readBare(packed: Buffer): number {
  const text = gunzipSync(packed).toString('latin1');
  let sum = 0;
  for (let at = text.indexOf('\n') + 1; at < text.length;) {
    const end = text.indexOf('\n', at);
    const fields = text.slice(at, end < 0 ? text.length : end).split(',');
    for (let i = FIGURES_FIRST; i < FIGURES_FIRST + FIGURES; i++) sum += Number(fields[i]);
    at = end < 0 ? text.length : end + 1;
  }
  return sum;
}
