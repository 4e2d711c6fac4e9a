// Shows that trading does not notice who looks at it: `npm run console-readers [-- READERS SYMBOLS SECONDS PACE_MS]`, by default 50 readers, 100 symbols, 15 seconds a
// part and a minute every 100 ms. One run over the bus with its console, a process of its own, goes through parts: nobody looks, then so many pages follow it by their
// streams, every tenth of which reads nothing until the part is over, then nobody again. In each: from a minute's first bar stored to risk's word on it stored, by
// the server's clock, beside the first part, and what the console took of a processor. Ends with exit code 1 where a page was told a place twice or
// out of its order, or did not come to the recording's last message.
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { quantileOf, storedAt } from '@aitrader/application-benchmark';
import { runOnBus, withHome } from '@aitrader/application-supervision';
import { runId } from '@aitrader/model';
import { recordingInfo } from '@aitrader/runtime-bus';
import { SIMULATED_DEFAULTS } from '@aitrader/runtime-configuration';
import { node, root } from './run.mjs';

const MINUTE_MS = 60_000;
const END_MS_MAX = 60_000;
/** One of so many reads nothing until it is asked to. */
const SLOW_EACH = 10;
/** In which the kernel counts what a process has taken of a processor. */
const TICKS_PER_SECOND = 100;
const [readers = 50, symbols = 100, seconds = 15, pace = 100] = process.argv.slice(2).map(Number);
const partMs = seconds * 1_000;
const home = mkdtempSync(path.join(tmpdir(), 'aitrader-readers-'));
process.env.AITRADER_HOME = home;
const run = runId('paper-console-readers');
const config = { ...SIMULATED_DEFAULTS, risk: { ...SIMULATED_DEFAULTS.risk, edge: null } };

/** Starts a console, and comes in as its printed address lets one in. */
async function startConsole() {
  const child = spawn(node, [path.join(root, 'dist/cli.js'), 'console', '--port', '0'], { stdio: ['ignore', 'pipe', 'inherit'] });
  let said = '';
  const entrance = await new Promise((resolve, reject) => {
    child.stdout.on('data', (data) => {
      said += data;
      const [address] = /http:\/\/\S+/.exec(said) ?? [];
      if (address !== undefined) resolve(address);
    });
    child.once('exit', (code) => reject(new Error(`the console ended with ${code}`)));
  });
  const entered = await fetch(entrance, { redirect: 'manual' });
  const cookie = entered.headers
    .getSetCookie()
    .map((one) => one.split(';')[0])
    .join('; ');
  return { child, cookie, stream: new URL(`/api/runs/${run}/stream`, entrance) };
}

/** Seconds of a processor that a process has taken, and megabytes that it has in memory; nothing where the system does not tell. */
function takenBy(pid) {
  try {
    const [user, system] = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1].split(' ').slice(11, 13).map(Number);
    const megabytes = Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) / 1024;
    return { seconds: (user + system) / TICKS_PER_SECOND, megabytes };
  } catch {
    return { seconds: NaN, megabytes: NaN };
  }
}

/** A page that follows the run. `slow`: it reads nothing before it is let go on. */
async function follow({ stream, cookie }, slow) {
  const stopped = new AbortController();
  const response = await fetch(stream, { headers: { cookie, accept: 'text/event-stream' }, signal: stopped.signal });
  if (response.status !== 200) throw new Error(`a stream is refused: ${response.status}`);
  const page = { seq: 0, told: 0, bytes: 0, faults: 0, goOn: () => undefined, stop: () => stopped.abort() };
  const free = slow ? new Promise((resolve) => (page.goOn = resolve)) : Promise.resolve();
  const read = async () => {
    await free;
    let rest = '';
    for await (const chunk of response.body) {
      page.bytes += chunk.length;
      rest += Buffer.from(chunk).toString('latin1');
      for (let end = rest.indexOf('\n\n'); end >= 0; end = rest.indexOf('\n\n')) {
        const [, id] = /^id: (\d+)$/m.exec(rest.slice(0, end)) ?? [];
        rest = rest.slice(end + 2);
        if (id === undefined) continue;
        if (Number(id) <= page.seq) page.faults += 1;
        page.seq = Number(id);
        page.told += 1;
      }
    }
  };
  read().catch(() => undefined);
  return page;
}

/** Goes through the parts. Returns when each began, and what the console had taken by then. */
async function look(console_, pages) {
  const begins = [];
  const begin = (name) => begins.push([name, Date.now(), takenBy(console_.child.pid)]);
  begin('warm-up');
  await sleep(partMs);
  begin('nobody');
  await sleep(partMs);
  begin(`${readers} pages`);
  for (let n = 0; n < readers; n += 1) pages.push(await follow(console_, n % SLOW_EACH === SLOW_EACH - 1));
  await sleep(partMs);
  begin('rest');
  return begins;
}

async function show(open, begins) {
  const [closed, decided] = [(await storedAt(open, run, 'bars')).first, (await storedAt(open, run, 'orders')).first];
  let base;
  for (const [i, [name, from, before]] of begins.entries()) {
    const [, until, after] = begins[i + 1] ?? [];
    if (name === 'warm-up' || until === undefined) continue;
    const own = [...closed].filter(([t, at]) => at >= from && at < until && decided.has(t)).map(([t, at]) => decided.get(t) - at);
    const [p50, p99] = [quantileOf(own, 0.5), quantileOf(own, 0.99)];
    base ??= { p50, p99 };
    const beside = (value, of) => `${value.toFixed(1).padStart(7)} ms (${(value / of).toFixed(2)})`;
    const share = ((100 * (after.seconds - before.seconds)) / ((until - from) / 1_000)).toFixed(0);
    console.log(
      `${name.padEnd(10)} ${String(own.length).padStart(5)} minutes  p50 ${beside(p50, base.p50)}  p99 ${beside(p99, base.p99)}  console ${share} % of a processor, ${after.megabytes.toFixed(0)} MB`,
    );
  }
}

/** Whether every page has come to the recording's last message, each place once. */
async function isWhole(open, pages) {
  const last = (await recordingInfo(open.bus, run)).state.last_seq;
  for (const page of pages) page.goOn();
  for (const until = Date.now() + END_MS_MAX; Date.now() < until && pages.some(({ seq }) => seq < last);) await sleep(100);
  const behind = pages.filter(({ seq }) => seq !== last).length;
  const faults = pages.reduce((sum, page) => sum + page.faults, 0);
  const [told, bytes] = ['told', 'bytes'].map((of) => pages.reduce((sum, page) => sum + page[of], 0));
  console.log(
    `${pages.length} pages: ${told.toLocaleString('en-US')} changes in ${(bytes / 1e6).toFixed(0)} MB; ${behind} did not come to message ${last.toLocaleString('en-US')}, ${faults} places twice or out of order`,
  );
  return pages.length === readers && behind === 0 && faults === 0;
}

try {
  await withHome({ onProgress: () => undefined }, async (open) => {
    // bars for twice as long as the parts take
    const intervals = Math.ceil((8 * partMs) / pace);
    const source = { kind: 'synthetic', symbols, intervals };
    const spec = { source, speed: MINUTE_MS / pace, shards: 1, kind: 'paper', config };
    const begun = Promise.withResolvers();
    const pages = [];
    let console_;
    const looked = begun.promise.then(async () => {
      console_ = await startConsole();
      return look(console_, pages);
    });
    const stopped = looked.then(
      () => undefined,
      () => undefined,
    );
    try {
      const { complete } = await runOnBus(open, { run, spec, stopped, onProgress: () => begun.resolve() });
      if (complete) console.log('the market ended before the parts did: a slower pace shows all of them');
      await show(open, await looked);
      process.exitCode = (await isWhole(open, pages)) ? 0 : 1;
    } finally {
      for (const page of pages) page.stop();
      console_?.child.kill('SIGKILL');
    }
  });
} finally {
  rmSync(home, { recursive: true, force: true, maxRetries: 5 });
}
