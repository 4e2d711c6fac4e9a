// Shows that copies of a service may come, go, be killed and freeze while a run goes on: `npm run scale-proof [-- SEEDS FIRST]`, by default 10 seeds from 1
// on. Each plays the sample over eight shards, lets up to four copies of probability be at work, by luck of its seed starts one, kills one (kill -9), ends one (SIGTERM)
// or freezes one for longer than a lease, and holds the digest against the backtest's. Says how long it took until every shard was run again.
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { serviceKeys } from '@aitrader/application-supervision';
import { newRandomStream, nextUniform } from '@aitrader/core-numeric';
import { accessOf, busVariables } from '@aitrader/runtime-bus';
import { environment, node, root } from './run.mjs';

const [seeds = '10', firstSeed = '1'] = process.argv.slice(2);
const SHARDS = 8;
const COPIES_MAX = 4;
const MARKET = ['--bars', 'sample'];
/** Longer than a copy is believed to be there that does not say so. */
const FROZEN_MS = 9_000;
const STEP_MS_MAX = 60_000;
const program = (name) => path.join(root, 'dist', `${name}.js`);
const home = mkdtempSync(path.join(tmpdir(), 'aitrader-scale-'));
const env = environment({ AITRADER_HOME: home, AITRADER_JOURNAL: 'off', AITRADER_CHECKPOINT_SLICES: '200' });

function command(...args) {
  const child = spawn(node, [program('cli'), ...args, '--json'], { env, stdio: ['ignore', 'pipe', 'pipe'] });
  const said = { out: '', err: '' };
  child.stdout.on('data', (data) => (said.out += data));
  child.stderr.on('data', (data) => (said.err += data));
  return new Promise((resolve, reject) =>
    child.once('close', (code) =>
      code === 0 ? resolve(JSON.parse(said.out)) : reject(new Error(`ended with ${code}: ${said.err}`)),
    ),
  );
}

function statusOf() {
  try {
    const [name] = readdirSync(path.join(home, 'run')).filter((file) => file.endsWith('.json'));
    return name === undefined ? undefined : JSON.parse(readFileSync(path.join(home, 'run', name), 'utf8'));
  } catch {
    return undefined;
  }
}

async function shardsAt(url) {
  try {
    const response = await fetch(`${url}/health`, { signal: AbortSignal.timeout(1_000) });
    return (await response.json()).instances.map(({ shard }) => shard);
  } catch {
    return [];
  }
}

/** A copy that nobody supervises. */
function startCopy(run) {
  const { url } = JSON.parse(readFileSync(path.join(home, 'nats', 'server.json'), 'utf8'));
  const access = busVariables(accessOf({ url, keys: path.join(home, 'keys') }, 'probability'));
  const child = spawn(node, [program('probability')], {
    env: { ...env, ...access, ...serviceKeys(home, 'probability'), AITRADER_RUN: run },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const copy = { child, url: undefined, isFrozen: false };
  child.stdout.on('data', (data) => (copy.url ??= /"message":"health endpoint".*?"url":"([^"]+)"/.exec(String(data))?.[1]));
  return copy;
}

async function play(seed, digest) {
  const luck = newRandomStream(seed);
  const below = (count) => Math.floor(nextUniform(luck) * count);
  const counts = { started: 0, killed: 0, ended: 0, frozen: 0 };
  const takeovers = [];
  let copies = [];
  let over = false;
  const finished = command('paper', ...MARKET, '--speed', 'max', '--shards', String(SHARDS)).finally(() => (over = true));
  finished.catch(() => undefined);
  const covered = async () => {
    const urls = [statusOf()?.health?.probability, ...copies.filter(({ isFrozen }) => !isFrozen).map(({ url }) => url)];
    const shards = await Promise.all(urls.map(async (url) => (url === undefined ? [] : shardsAt(url))));
    return new Set(shards.flat()).size === SHARDS;
  };
  const untilCovered = async () => {
    const began = performance.now();
    while (!over && !(await covered())) {
      if (performance.now() - began > STEP_MS_MAX) throw new Error(`seed ${seed}: not every shard is run again`);
      await sleep(20);
    }
    return performance.now() - began;
  };
  await untilCovered();
  while (!over) {
    await sleep(100 + below(1_500));
    const { run, pids } = statusOf() ?? {};
    if (over || run === undefined) break;
    const [what, copy] = [below(10), copies[below(copies.length)]];
    if (copy === undefined || (what < 4 && copies.length < COPIES_MAX)) {
      copies.push(startCopy(run));
      counts.started += 1;
    } else if (what < 8) {
      const isFirst = what === 7 && typeof pids?.probability === 'number';
      const victim = isFirst ? statusOf()?.health?.probability : copy.url;
      const had = victim === undefined ? [] : await shardsAt(victim);
      if (isFirst) process.kill(pids.probability, 'SIGKILL');
      else copy.child.kill('SIGKILL');
      if (!isFirst) copies = copies.filter((other) => other !== copy);
      counts.killed += 1;
      const ms = await untilCovered();
      if (!over && had.length > 0) takeovers.push(ms);
    } else if (what === 8) {
      copy.child.kill('SIGTERM');
      copies = copies.filter((other) => other !== copy);
      counts.ended += 1;
    } else {
      copy.child.kill('SIGSTOP');
      copy.isFrozen = true;
      await sleep(FROZEN_MS);
      copy.child.kill('SIGCONT');
      copy.isFrozen = false;
      counts.frozen += 1;
    }
  }
  const report = await finished.finally(() => copies.forEach(({ child }) => child.kill('SIGKILL')));
  if (JSON.stringify(report.digest) !== JSON.stringify(digest)) throw new Error(`seed ${seed}: another digest, of ${report.run}`);
  return { counts, takeovers };
}

try {
  const { digest } = await command('backtest', ...MARKET);
  const all = [];
  let killed = 0;
  for (let seed = Number(firstSeed); seed < Number(firstSeed) + Number(seeds); seed++) {
    const { counts, takeovers } = await play(seed, digest);
    all.push(...takeovers);
    killed += counts.killed;
    console.log(
      `seed ${seed}: the same digest; ${Object.entries(counts)
        .map(([what, count]) => `${count} ${what}`)
        .join(', ')}`,
    );
  }
  all.sort((a, b) => a - b);
  const at = (share) => Math.round(all[Math.min(all.length - 1, Math.floor(share * all.length))] ?? 0);
  console.log(
    `${killed} kills; where shards were lost, all were run again after ${at(0.5)} ms (median), ${at(0.95)} ms (95 %), ${at(1)} ms at most`,
  );
} finally {
  rmSync(home, { recursive: true, force: true, maxRetries: 5 });
}
