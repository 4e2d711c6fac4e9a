import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { processesOf, type CommandUnderTest, type Running } from './command-under-test.ts';

/** Rules under which something is filled and denied within minutes of the session's opening. */
export const HASTY = {
  probability: { warmUpBars: 5 },
  strategies: [
    {
      name: 'breakout',
      parameters: {
        ...{ openingRangeMinutes: 5, donchianBars: 5, atrBars: 5, warmUpBars: 8, horizonMinutes: 10 },
        ...{ velocityUpMin: 0.5, turbulentMax: 1, stopAtr: 2, targetAtr: 2 },
      },
    },
  ],
  risk: { edgeError: 0, edge: null, kellyFraction: 1, coverage95Full: 0.5, coverage95Min: 0.1, calibrationBarsMin: 5 },
  simulation: { halfSpreadBpRegular: 0.02, impactBp: 0.2 },
};

/** Half a second for each minute: three sessions take ten minutes, longer than anybody looks. */
const SPEED = '120';
const COMES_UP_MS_MAX = 90_000;
const POLL_MS = 50;
const OPENING = Date.parse('2024-07-02T13:30:00Z');

/** `aitrader paper --console` over five services, and its console. */
export interface ConsoleUnderTest {
  readonly run: string;
  /** lets one person in, once */
  readonly entrance: string;
  readonly paper: Running;
}

/** Begins a run from the opening of a session on, with its console; `more`: options of the run. @throws Error when it has not come up in time */
export async function consoleUnderTest(aitrader: CommandUnderTest, more: readonly string[] = []): Promise<ConsoleUnderTest> {
  const [config, all, bars] = ['hasty.json', 'all.csv', 'from-the-opening.csv'].map((name) => path.join(aitrader.folder, name));
  if (config === undefined || all === undefined || bars === undefined) throw new Error('a file has no name');
  await writeFile(config, JSON.stringify(HASTY));
  const { code, stderr } = await aitrader.run('bars', 'export', 'sample', '--into', all);
  if (code !== 0) throw new Error(`the sample was not written: ${stderr}`);
  await writeFile(bars, await fromTheOpening(all));
  const paper = aitrader.start('paper', '--bars', bars, '--speed', SPEED, '--config', config, '--console', ...more);
  let said = '';
  paper.child.stderr?.on('data', (data: Buffer) => (said += data.toString()));
  for (const until = Date.now() + COMES_UP_MS_MAX; Date.now() < until; await sleep(POLL_MS)) {
    const [, entrance] = /^console: (\S+)$/m.exec(said) ?? [];
    const run = processesOf(aitrader.home)?.run;
    if (entrance !== undefined && run !== undefined) return { run, entrance, paper };
    if (paper.child.exitCode !== null) break;
  }
  throw new Error(`no console has come up within ${COMES_UP_MS_MAX} ms:\n${said}`);
}

async function fromTheOpening(file: string): Promise<string> {
  const [head = '', ...rows] = (await readFile(file, 'utf8')).trimEnd().split('\n');
  return [head, ...rows.filter((row) => Number(row.slice(0, row.indexOf(','))) >= OPENING), ''].join('\n');
}
