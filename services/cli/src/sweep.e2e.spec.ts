import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { SweepReport, WalkForwardReport } from '@aitrader/application-sweep';
import { commandUnderTest, type CommandUnderTest, type Running } from './testing/command-under-test.ts';

const POLL_MS = 20;
/** For what waits until the part of a worker that was killed is taken again, half a minute later. */
const TAKEN_AGAIN_MS = 240_000;
const GRID = { 'probability.warmUpBars': [20, 30, 40], 'risk.kellyFraction': [0.1, 0.25] };
/** Waits until a command has said something on its standard error. */
const said = ({ child, finished }: Running, text: string): Promise<unknown> =>
  Promise.race([
    finished,
    new Promise<void>((resolve) => {
      let all = '';
      child.stderr?.on('data', (piece) => {
        all += String(piece);
        if (all.includes(text)) resolve();
      });
    }),
  ]);
const timeless = ({ seconds, resumed, ...report }: SweepReport) => {
  expect([seconds, resumed]).toEqual([expect.any(Number), expect.any(Number)]);
  return report;
};

describe('sweep', () => {
  let command: CommandUnderTest;
  let whole: SweepReport;
  const inFolder = (name: string): string => path.join(command.folder, name);
  const sweep = (...args: string[]): Promise<SweepReport> =>
    command.json<SweepReport>('sweep', '--grid', inFolder('grid.json'), '--bars', 'sample', ...args);

  beforeAll(async () => {
    command = await commandUnderTest();
    writeFileSync(inFolder('grid.json'), JSON.stringify(GRID));
    whole = await sweep();
  });
  afterAll(() => command.cleanUp());

  it('gives each trial the digest of the backtest with its configuration', async () => {
    for (const { sets, digest, counts, equity } of whole.trials.slice(0, 2)) {
      const [warmUpBars, kellyFraction] = Object.values(sets);
      writeFileSync(inFolder('one.json'), JSON.stringify({ probability: { warmUpBars }, risk: { kellyFraction } }));
      const single = await command.json('backtest', '--bars', 'sample', '--config', inFolder('one.json'));
      expect({ digest, counts, equity }).toEqual({ digest: single.digest.all, counts: single.counts, equity: single.equity });
    }
  });

  it('reports the same with several workers', async () => {
    expect(timeless(await sweep('--workers', '2'))).toEqual(timeless(whole));
  });

  it('goes on where it was killed, and reports the same', async () => {
    const into = inFolder('kept');
    const results = path.join(into, 'results.jsonl');
    const killed = command.start('sweep', '--grid', inFolder('grid.json'), '--bars', 'sample', '--into', into);
    while (!existsSync(results) || !readFileSync(results, 'utf8').includes('\n')) await sleep(POLL_MS);
    killed.child.kill('SIGKILL');
    await killed.finished;
    const { resumed, ...rest } = await sweep('--into', into, '--workers', '2');
    expect(resumed).toBeGreaterThan(0);
    expect(resumed).toBeLessThan(6);
    expect(timeless({ resumed, ...rest })).toEqual(timeless(whole));
    expect(timeless(JSON.parse(readFileSync(path.join(into, 'sweep.json'), 'utf8')) as SweepReport)).toEqual(timeless(whole));
    const { code, stderr } = await command.run(
      'sweep',
      '--grid',
      inFolder('grid.json'),
      '--bars',
      'sample',
      '--from',
      '2024-07-03',
      '--into',
      into,
    );
    expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringContaining('results.jsonl: holds results of other bars') });
  });

  it('goes by a queue that a worker takes from, also where it was killed, and reports the same', async () => {
    const into = inFolder('queued');
    const results = path.join(into, 'results.jsonl');
    const worker = command.start('sweep', 'worker', '--json');
    while (!existsSync(path.join(command.home, 'nats', 'server.json'))) await sleep(POLL_MS);
    const queued = ['sweep', '--grid', inFolder('grid.json'), '--bars', 'sample', '--queue', '--workers', '0', '--into', into];
    const killed = command.start(...queued);
    while (!existsSync(results) || !readFileSync(results, 'utf8').includes('\n')) await sleep(POLL_MS);
    killed.child.kill('SIGKILL');
    expect((await killed.finished).stderr).toMatch(
      /workers take trials from the queue by: AITRADER_HOME=.* npx aitrader sweep worker/,
    );
    const report = await command.json<SweepReport>(...queued);
    expect(report.resumed).toBeGreaterThan(0);
    expect(timeless(report)).toEqual(timeless(whole));
    worker.child.kill('SIGINT');
    const { code, stdout } = await worker.finished;
    expect({ code, done: JSON.parse(stdout) as unknown }).toEqual({ code: 0, done: { parts: 3, trials: 6 } });
  });

  it('is walked forward through, by the results that are there', async () => {
    const grid = ['--grid', inFolder('grid.json'), '--bars', 'sample', '--into', inFolder('kept')];
    const walk = await command.json<WalkForwardReport>('walk-forward', ...grid, '--folds', '1', '--by', 'return');
    expect(walk.digest).toBe(whole.digest);
    expect(walk.folds).toMatchObject([{ test: { first: '2024-07-05', dates: 1 } }]);
    const [fold] = walk.folds;
    expect(walk.returns).toEqual(whole.trials[(fold?.trial ?? 0) - 1]?.returns.slice(2));
    const { code, stderr } = await command.run('walk-forward', ...grid, '--folds', '3');
    expect({ code, stderr }).toEqual({
      code: 1,
      stderr: expect.stringContaining('need at least 4 trade dates, and there are 3'),
    });
  });

  it(
    'is walked forward through by a queue too, whose workers one kills, with the same report',
    async () => {
      const walk = ['walk-forward', '--grid', inFolder('grid.json'), '--bars', 'sample', '--folds', '1', '--by', 'return'];
      const into = inFolder('walked');
      const results = path.join(into, 'results.jsonl');
      // other trials than those whose results lie on the bus already
      writeFileSync(inFolder('base.json'), JSON.stringify({ risk: { edge: null } }));
      const plan = [...walk, '--config', inFolder('base.json')];
      const queued = command.start(...plan, '--queue', '--workers', '0', '--into', into, '--json');
      // whoever is there first starts the nats-server, and a worker that had would take it along
      const isDone = said(queued, 'done; waiting for process');
      await said(queued, 'workers take trials from the queue by');
      const workers = [command.start('sweep', 'worker', '--json'), command.start('sweep', 'worker', '--json')] as const;
      while (!existsSync(results) || !readFileSync(results, 'utf8').includes('\n')) await sleep(POLL_MS);
      workers[0].child.kill('SIGKILL');
      // the nats-server is the first command's, which waits for whoever uses it before it reports
      await isDone;
      workers[1].child.kill('SIGINT');
      await Promise.all(workers.map(({ finished }) => finished));
      const { code, stdout } = await queued.finished;
      expect(code).toBe(0);
      const plain = await command.json<WalkForwardReport>(...plan);
      expect(JSON.parse(stdout)).toEqual(plain);
      expect(JSON.parse(readFileSync(path.join(into, 'walk-forward.json'), 'utf8'))).toEqual(plain);
    },
    TAKEN_AGAIN_MS,
  );

  it('prints a table, and names a bad path and value of a grid', async () => {
    const { stdout } = await command.run(
      'sweep',
      '--grid',
      inFolder('grid.json'),
      '--bars',
      'sample',
      '--into',
      inFolder('kept'),
    );
    expect(stdout).toContain('probability.warmUpBars 20, risk.kellyFraction 0.25');
    expect(stdout).toContain(`digest     ${whole.digest}`);
    writeFileSync(inFolder('bad.json'), JSON.stringify({ 'risk.kellyFraction': [0.1, 7] }));
    const { code, stderr } = await command.run('sweep', '--grid', inFolder('bad.json'), '--bars', 'sample');
    expect({ code, stderr }).toEqual({
      code: 1,
      stderr: expect.stringMatching(/bad\.json: "risk\.kellyFraction": 7: risk\.kellyFraction: .*got 7/),
    });
  });
});
