// What the page of the console costs under load: a stream of made up changes to every symbol of a market, looked at in Chromium.
//
//   npm run console-load -- [--symbols 11000] [--hz 5] [--seconds 10] [--screen ingest]
//
// Prints frames per second, milliseconds of the main thread for each update, and the heap.
import { createReadStream, existsSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { chromium } from 'playwright-core';

const { values } = parseArgs({
  options: {
    symbols: { type: 'string', default: '11000' },
    hz: { type: 'string', default: '5' },
    seconds: { type: 'string', default: '10' },
    screen: { type: 'string', default: 'ingest' },
    profile: { type: 'boolean', default: false },
  },
});
const [symbols, hz, seconds] = [values.symbols, values.hz, values.seconds].map(Number);
const folder = path.resolve(import.meta.dirname, '../dist/console-web');
const RUN = 'paper-load';
const T = Date.parse('2026-01-05T15:31:00Z');
/** The page has drawn all of it, and its code is warm. */
const WARM_UP_MS = 5_000;
const TYPES = { '.js': 'text/javascript', '.css': 'text/css', '.svg': 'image/svg+xml', '.map': 'application/json' };
const NAMES = Array.from({ length: symbols }, (_, i) => `S${String(i).padStart(5, '0')}`);

let seq = 0;
let sent = 0;
/** Every symbol has another close each time. */
function changes() {
  seq += 1;
  const t = T + seq * 60_000;
  const rows = NAMES.map((key, i) => {
    const close = 50 + (i % 400) + Math.sin(seq + i) / 3;
    const forecast = {
      ...{ median: close, low50: close * 0.999, high50: close * 1.001, low80: close * 0.998, high80: close * 1.002 },
      ...{
        low95: close * 0.997,
        high95: close * 1.003,
        velocityUp: 0.5 + Math.sin(seq + i) / 4,
        regime: 'normal',
        isWarmingUp: false,
      },
    };
    return { key, t, close, firstClose: 50 + (i % 400), volume: 100 + ((i * seq) % 9_000), quarantined: false, forecast };
  });
  const counts = { signals: 0, orders: 0, denials: 0, fills: 0 };
  const market = {
    t,
    phase: 'RTH',
    open: T - 60_000,
    close: T + 1e8,
    slices: seq,
    bars: seq * symbols,
    dataLevel: null,
    dataReason: '',
    counts,
  };
  return { seq, market, tables: { symbols: rows } };
}

const beat = () => ({
  ...{
    now: Date.now(),
    bus: { connected: true, since: 0 },
    database: 'none',
    stored: seq,
    read: seq,
    isGoingOn: true,
    services: [],
  },
});

const API = {
  '/api/session': { name: 'load', role: 'viewer', csrf: '', mode: 'local', version: '', code: '' },
  '/api/runs': [],
  '/api/jobs': [],
  [`/api/runs/${RUN}/proposals`]: [],
};

const server = createServer(({ url = '/' }, response) => {
  const { pathname } = new URL(url, 'http://127.0.0.1');
  if (pathname === `/api/runs/${RUN}/stream`) return stream(response);
  if (pathname.startsWith('/api/')) return void response.writeHead(200).end(JSON.stringify(API[pathname] ?? null));
  const file = path.join(folder, pathname);
  if (pathname.length > 1 && file.startsWith(folder) && existsSync(file)) {
    response.writeHead(200, { 'content-type': TYPES[path.extname(file)] ?? 'application/octet-stream' });
    return void createReadStream(file).pipe(response);
  }
  response.writeHead(200, { 'content-type': 'text/html' }).end(readFileSync(path.join(folder, 'index.html')));
});

function stream(response) {
  response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
  const tell = (event, data) =>
    response.write(`event: ${event}\n${event === 'changes' ? `id: ${seq}\n` : ''}data: ${JSON.stringify(data)}\n\n`);
  const telling = setInterval(() => {
    // as the console does: who reads slowly is told less often
    if (response.writableNeedDrain) return;
    tell('changes', changes());
    sent += 1;
  }, 1_000 / hz);
  const beating = setInterval(() => tell('beat', beat()), 1_000);
  response.once('close', () => [telling, beating].forEach((timer) => clearInterval(timer)));
}

await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM_PATH ?? '/usr/bin/chromium',
  args: ['--disable-dev-shm-usage', '--no-sandbox'],
});
try {
  const page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
  await page.goto(`http://127.0.0.1:${server.address().port}/runs/${RUN}/${values.screen}`);
  await page.locator('table.data tbody tr').first().waitFor();
  await sleep(WARM_UP_MS);
  const cdp = await page.context().newCDPSession(page);
  // processor time of the thread: what else the machine does is not counted
  await cdp.send('Performance.enable', { timeDomain: 'threadTicks' });
  const metrics = async () =>
    Object.fromEntries((await cdp.send('Performance.getMetrics')).metrics.map(({ name, value }) => [name, value]));
  if (values.profile) {
    await cdp.send('Profiler.enable');
    await cdp.send('Profiler.start');
  }
  const [before, sentBefore] = [await metrics(), sent];
  const frames = await page.evaluate(
    (ms) =>
      new Promise((resolve) => {
        let drawn = 0;
        const count = () => {
          drawn += 1;
          if (performance.now() - begun < ms) requestAnimationFrame(count);
          else resolve((drawn * 1_000) / (performance.now() - begun));
        };
        const begun = performance.now();
        requestAnimationFrame(count);
      }),
    seconds * 1_000,
  );
  const [after, updates] = [await metrics(), sent - sentBefore];
  if (values.profile) hottest((await cdp.send('Profiler.stop')).profile);
  const perUpdate = (name) => (((after[name] - before[name]) * 1_000) / updates).toFixed(1);
  console.log(`${symbols} symbols at ${hz} Hz, screen ${values.screen}, ${seconds} s, ${updates} updates sent`);
  console.log(`frames      ${frames.toFixed(1)} a second`);
  console.log(`main thread ${perUpdate('TaskDuration')} ms an update, of which script ${perUpdate('ScriptDuration')}`);
  console.log(`heap        ${(after.JSHeapUsedSize / 1e6).toFixed(1)} MB`);
} finally {
  await browser.close();
  server.closeAllConnections();
  server.close();
}

/** Where the time of the main thread went, by function. */
function hottest({ nodes, samples, timeDeltas }) {
  const own = new Map();
  samples.forEach((id, i) => own.set(id, (own.get(id) ?? 0) + timeDeltas[i] / 1_000));
  const byName = new Map();
  for (const {
    id,
    callFrame: { functionName, url, lineNumber },
  } of nodes) {
    const name = `${functionName || '(anonymous)'} ${path.basename(url)}:${lineNumber}`;
    byName.set(name, (byName.get(name) ?? 0) + (own.get(id) ?? 0));
  }
  for (const [name, ms] of [...byName].sort((a, b) => b[1] - a[1]).slice(0, 25))
    console.log(`${ms.toFixed(0).padStart(7)} ms  ${name}`);
}
