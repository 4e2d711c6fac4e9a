import { readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { RunReport } from '@aitrader/application-backtest';
import { commandUnderTest, processesOf, type CommandUnderTest, type Running } from './testing/command-under-test.ts';
import { EAGER } from './testing/eager-rules.ts';
import { exampleWalk } from './testing/example-walk.ts';
import { shardsAt, startExtra, type ExtraService } from './testing/extra-service.ts';

const RUN_MS_MAX = 900_000;
const STEP_MS_MAX = 120_000;
const SHARDS = 8;
const SYMBOLS = 16;
const EXIT_DRAINED = 0;

/** Minutes of as many symbols as there are, of which some are in every shard. */
async function writeBars(file: string, minutes: number): Promise<void> {
  const walks = Array.from({ length: SYMBOLS }, (_, i) => exampleWalk(minutes, i + 1));
  const rows = walks.flatMap((walk, i) =>
    walk.map(({ t, close }) => `S${i},${new Date(t).toISOString()},${close},${close + 0.2},${close - 0.2},${close},${9_000 + i}`),
  );
  await writeFile(file, ['symbol,timestamp,open,high,low,close,volume', ...rows].join('\n'));
}

describe.each([
  { pace: 'at full speed', speed: 'max', minutes: 5_000, freezes: false },
  { pace: 'at the pace of a market', speed: '4000', minutes: 3_300, freezes: true },
])('replicas that come and go in a run $pace', ({ speed, minutes, freezes }) => {
  let aitrader: CommandUnderTest;
  let expected: RunReport;
  let options: string[];
  const extras: ExtraService[] = [];
  beforeAll(async () => {
    aitrader = await commandUnderTest({ AITRADER_CHECKPOINT_SLICES: '200' });
    const bars = path.join(aitrader.folder, 'bars.csv');
    await writeBars(bars, minutes);
    const config = path.join(aitrader.folder, 'config.json');
    await writeFile(config, JSON.stringify(EAGER));
    options = ['--bars', bars, '--stamp', 'end', '--adjustment', 'raw', '--config', config];
    expected = await aitrader.json('backtest', ...options);
  }, RUN_MS_MAX);
  afterAll(() => {
    for (const { child } of extras) child.kill('SIGKILL');
    aitrader.cleanUp();
  });

  it(
    '1 → 4 → 2 of probability, one of them killed, change nothing in the recording',
    async () => {
      const paper = aitrader.start('paper', ...options, '--speed', speed, '--shards', String(SHARDS), '--json');
      const run = new RunUnderTest(aitrader.home, paper);
      await run.until(async () => (await run.shardsOfFirst()).length === SHARDS);
      for (let i = 0; i < 3; i++) extras.push(startExtra(aitrader.home, run.name, 'probability'));
      const loads = async (): Promise<readonly number[]> => run.loads(extras);
      await run.until(async () => (await loads()).join() === '2,2,2,2');
      const [killed, stopped, last] = extras as [ExtraService, ExtraService, ExtraService];
      killed.child.kill('SIGKILL');
      expect(await killed.ended).toBe('SIGKILL');
      await run.until(async () => (await loads()).join() === '0,2,3,3');
      stopped.child.kill('SIGTERM');
      expect(await stopped.ended).toBe(EXIT_DRAINED);
      await run.until(async () => (await loads()).join() === '0,0,4,4');
      if (freezes) await freeze(run, last, loads);
      const { code, stdout, stderr } = await paper.finished;
      expect({ code, stderr: code === 0 ? '' : stderr }).toEqual({ code: 0, stderr: '' });
      const report = JSON.parse(stdout) as RunReport;
      expect(report.digest).toEqual(expected.digest);
      expect(report.counts.fills).toBeGreaterThan(20);
      expect(await aitrader.json('verify', run.name)).toMatchObject({ verified: true });
    },
    RUN_MS_MAX,
  );
});

/** Stops a copy until the other one has taken all it had, and lets it go on: it gives up what it had, and is given other shards. */
async function freeze(run: RunUnderTest, { child, said }: ExtraService, loads: () => Promise<readonly number[]>): Promise<void> {
  child.kill('SIGSTOP');
  await run.until(async () => (await run.shardsOfFirst()).length === SHARDS);
  child.kill('SIGCONT');
  await run.until(async () => (await loads()).join() === '0,0,4,4');
  expect(said()).toContain('a shard is another’s');
}

/** A run that goes on, and how its replicas of probability share the shards. */
class RunUnderTest {
  readonly #home: string;
  #over = false;
  #name: string | undefined;

  constructor(home: string, paper: Running) {
    this.#home = home;
    void paper.finished.then(() => (this.#over = true));
  }

  /** Known once it has begun, and for good. */
  get name(): string {
    return (this.#name ??= this.#status.run);
  }

  get #status(): NonNullable<ReturnType<typeof processesOf>> {
    const status = processesOf(this.#home);
    if (status === undefined) throw new Error('no run goes on');
    return status;
  }

  /** Shards of the copy that the run's supervisor looks after. */
  async shardsOfFirst(): Promise<readonly number[]> {
    if (processesOf(this.#home) === undefined) return [];
    const file = path.join(this.#home, 'run', `${this.name}.json`);
    const { health } = JSON.parse(readFileSync(file, 'utf8')) as { health: Readonly<Record<string, string>> };
    return health['probability'] === undefined ? [] : shardsAt(health['probability']);
  }

  /** How many shards each has, the least first, when every shard has one that runs it. */
  async loads(extras: readonly ExtraService[]): Promise<readonly number[]> {
    const all = await Promise.all([this.shardsOfFirst(), ...extras.map((extra) => extra.shards())]);
    return new Set(all.flat()).size === SHARDS ? all.map(({ length }) => length).sort((a, b) => a - b) : [];
  }

  /** Waits for something that comes while the run goes on. */
  async until(condition: () => Promise<boolean>): Promise<void> {
    const deadline = performance.now() + STEP_MS_MAX;
    while (!(await condition())) {
      if (this.#over) throw new Error('the run was over before that: give it more to do');
      if (performance.now() > deadline) throw new Error('it does not come to that');
      await sleep(50);
    }
  }
}
