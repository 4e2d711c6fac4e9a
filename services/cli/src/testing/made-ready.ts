import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { parityRecordOf } from '@aitrader/application-readiness';
import type { RunReadiness } from '@aitrader/application-supervision';
import { sessionsBetween } from '@aitrader/core-sessions';
import type { CommandUnderTest, Finished } from './command-under-test.ts';

/** As many tries as a busy machine may need to look at a run in the seconds after a minute. */
const TRIES_MAX = 30;

/** Writes the parity records of so many clean paper days before a date. */
export function writeCleanDays(home: string, date: string, days: number): void {
  const before = sessionsBetween('2020-01-02', date).filter((session) => session.date < date);
  for (const { date: day, postClose } of before.slice(-days)) {
    const bins = ['code-version', 'unexplained'].map((bin) => ({ bin, lines: 0 }));
    const parity = {
      ...{ run: `paper-${day}`, kind: 'paper', from: postClose, to: postClose, intervals: 960, unfinished: 0 },
      ...{ heldAgainst: { configuration: false }, differenceMicros: 0, bins },
    };
    const file = parityRecordOf(home, day);
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, JSON.stringify(parity));
  }
}

/** Approves the limits of a run, by the hash that a refusal of it shows. */
export async function approveLimits(aitrader: CommandUnderTest, run: string, refusal: string): Promise<Finished> {
  const [, hash = 'none'] = /limits: ([0-9a-f]{6})/.exec(refusal) ?? [];
  return aitrader.run('readiness', 'approve', run, '--reason', 'the rehearsal', '--yes', hash);
}

/** Asks until a run is ready. @throws Error with what is missing where it does not come to it */
export async function untilReady(aitrader: CommandUnderTest, run: string): Promise<RunReadiness> {
  let last = '';
  for (let tries = 0; tries < TRIES_MAX; tries++) {
    const { stdout, stderr } = await aitrader.run('readiness', run, '--gate', '--json');
    const readiness = stdout === '' ? undefined : (JSON.parse(stdout) as RunReadiness);
    if (readiness?.isReady === true) return readiness;
    last = readiness === undefined ? stderr : JSON.stringify(readiness.gates.filter(({ isMet }) => !isMet));
  }
  throw new Error(`${run} does not come to be ready: ${last}`);
}

/** Runs a command until it succeeds: a run that is ready may have a minute on its way just now. */
export async function untilDone(aitrader: CommandUnderTest, ...args: string[]): Promise<Finished> {
  let finished = await aitrader.run(...args);
  for (let tries = 0; tries < TRIES_MAX && finished.code !== 0; tries++) finished = await aitrader.run(...args);
  return finished;
}
