// What a sweep costs beside backtests one by one: `npm run sweep-cost [-- FILES]`, by default the sample. 200 trials, 20 strategies by 10 stakes, go through
// `aitrader sweep` with one worker and with two, and eight of them through `aitrader backtest`, two at a time as two cores would, half of these before the sweeps
// and half after. Prints whole commands: two workers as a share of 200 backtests, the speed-up of the second worker beside what a second core adds to a bare
// loop, and the memory of a sweep in the first quarter of its time and at the most. Ends with exit code 1 where a trial came to something else than its backtest, or one sweep to something else than the other.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { node, root } from './run.mjs';

const bars = process.argv.length > 2 ? process.argv.slice(2).map((file) => path.resolve(file)) : ['sample'];
const LENGTHS = Array.from({ length: 20 }, (_, n) => 20 + 5 * n);
const STAKES = Array.from({ length: 10 }, (_, n) => (n + 1) / 40);
const TRIALS = LENGTHS.length * STAKES.length;
/** Far apart in the grid, so that they trade more and less. */
const ALONE = [0, 29, 58, 87, 112, 141, 170, 199];
const MEMORY_MS = 250;
const home = mkdtempSync(path.join(tmpdir(), 'aitrader-sweep-'));

const patchOf = (trial) => ({
  strategies: [{ name: 'breakout', kind: 'breakout', parameters: { donchianBars: LENGTHS[Math.floor(trial / STAKES.length)] } }],
  risk: { kellyFraction: STAKES[trial % STAKES.length] },
});

/** Megabytes that a process has in memory now; 0 where the system does not tell. */
function residentOf(pid) {
  try {
    return Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) / 1024;
  } catch {
    return 0;
  }
}

/** Runs a command to its end. Returns its report, the seconds that the whole took, and what it had in memory meanwhile. */
function command(...args) {
  const startedAt = performance.now();
  const options = { cwd: home, env: { ...process.env, AITRADER_HOME: home }, stdio: ['ignore', 'pipe', 'inherit'] };
  const child = spawn(node, [path.join(root, 'dist/cli.js'), ...args, '--bars', ...bars, '--json'], options);
  let text = '';
  child.stdout.on('data', (data) => (text += data));
  const memory = [];
  const timer = setInterval(() => memory.push(residentOf(child.pid)), MEMORY_MS);
  return new Promise((resolve, reject) => {
    child.once('close', (code) => {
      clearInterval(timer);
      if (code !== 0) reject(new Error(`${args[0]} ended with ${code}`));
      else resolve({ report: JSON.parse(text), seconds: (performance.now() - startedAt) / 1000, memory });
    });
  });
}

/** Some trials as backtests, two at a time. Returns what each came to, and the seconds that one cost of the two cores. */
async function alone(trials) {
  const startedAt = performance.now();
  const digests = new Map();
  const waiting = [...trials];
  const work = async () => {
    for (let trial = waiting.shift(); trial !== undefined; trial = waiting.shift()) {
      const config = path.join(home, `trial-${trial}.json`);
      writeFileSync(config, JSON.stringify(patchOf(trial)));
      digests.set(trial, (await command('backtest', '--config', config)).report.digest.all);
    }
  };
  await Promise.all([work(), work()]);
  return { digests, seconds: (performance.now() - startedAt) / 1000 / trials.length };
}

/** How much more a bare loop gets done by two processes at once than by one. */
async function bareSpeedUp() {
  const loop =
    'let x = 1; for (let i = 0; i < 1e9; i++) x = (Math.imul(x, 1103515245) + 12345) | 0; process.exitCode = x === 0.5 ? 1 : 0';
  const seconds = async (count) => {
    const startedAt = performance.now();
    const one = () => once(spawn(node, ['-e', loop], { stdio: 'ignore' }), 'close');
    await Promise.all(Array.from({ length: count }, one));
    return performance.now() - startedAt;
  };
  const [single, both] = [await seconds(1), await seconds(2)];
  return (2 * single) / both;
}

const say = (what, { seconds, memory }, more = '') => {
  const early = Math.max(0, ...memory.slice(0, Math.ceil(memory.length / 4)));
  const megabytes = `memory ${early.toFixed(0)} MB in the first quarter, ${Math.max(0, ...memory).toFixed(0)} MB at the most`;
  console.log(`${what}: ${seconds.toFixed(1)} s${more}; ${megabytes}`);
};

try {
  const grid = path.join(home, 'grid.json');
  writeFileSync(grid, JSON.stringify(Array.from({ length: TRIALS }, (_, trial) => patchOf(trial))));
  const before = await alone(ALONE.filter((_, n) => n % 2 === 0));
  const [one, two] = [
    await command('sweep', '--grid', grid, '--workers', '1'),
    await command('sweep', '--grid', grid, '--workers', '2'),
  ];
  const after = await alone(ALONE.filter((_, n) => n % 2 === 1));
  const seconds = (before.seconds + after.seconds) / 2;
  console.log(
    `a backtest alone, two at a time on their cores: ${before.seconds.toFixed(2)} s before, ${after.seconds.toFixed(2)} s after`,
  );
  say('one worker ', one);
  say(
    'two workers',
    two,
    `, ${((100 * two.seconds) / (seconds * TRIALS)).toFixed(1)} % of ${TRIALS} backtests on the same cores`,
  );
  const bare = await bareSpeedUp();
  console.log(
    `two workers over one: ${(one.seconds / two.seconds).toFixed(2)} times as fast (two bare loops over one: ${bare.toFixed(2)})`,
  );
  const digests = one.report.trials.map(({ digest }) => digest);
  const isSame =
    digests.every((digest, n) => digest === two.report.trials[n].digest) &&
    [...before.digests, ...after.digests].every(([trial, digest]) => digests[trial] === digest);
  console.log(
    isSame
      ? `${ALONE.length} trials came to what their backtests did, and all ${TRIALS} to the same twice`
      : 'THE DIGESTS DIFFER',
  );
  process.exitCode = isSame ? 0 : 1;
} finally {
  rmSync(home, { recursive: true, force: true, maxRetries: 5 });
}
