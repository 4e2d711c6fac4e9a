import { setTimeout as sleep } from 'node:timers/promises';
import { writeKillSwitchTest, type KillSwitchTest } from '@aitrader/application-readiness';
import { manifestOrFail } from '@aitrader/application-recordings';
import type { StageName } from '@aitrader/contracts';
import type { Manifest } from '@aitrader/model';
import { CannotCommand } from './command-version.ts';
import type { OpenHome } from './home.ts';
import { keepRecords } from './kept-home.ts';
import { fleetOf } from './run-fleet.ts';
import { commandRun } from './operator-commands.ts';
import { readinessOf } from './run-readiness.ts';

/** Services that act on a command of an operator's. */
const ACTING: readonly StageName[] = ['execution', 'risk'];
const HEARD_MS_MAX = 10_000;
const POLL_MS = 20;

/**
 * Tests whether commands reach a run: disarms it, which takes nothing from a run that is not armed, and looks how long the services that act on
 * commands need to have read that. What came of it is written down. @throws CannotCommand for a run that is armed
 */
export async function testKillSwitch(open: OpenHome, name: string, actor: string): Promise<KillSwitchTest> {
  const { run, date, at, armed } = await readinessOf(open, name);
  if (armed?.date === date) throw new CannotCommand(`${run} is armed, and testing its kill switch would disarm it`);
  const begun = performance.now();
  const { seq } = await commandRun(open, run, { kind: 'disarm', actor, reason: 'test of the kill switch' });
  const heardMs = (await untilHeard(open, await manifestOrFail(open.bus, run), seq))
    ? Math.round(performance.now() - begun)
    : null;
  const test = { run, date, seq, heardMs, at };
  await writeKillSwitchTest(open.home, test);
  await keepRecords(open.home);
  return test;
}

async function untilHeard({ bus }: OpenHome, manifest: Manifest, seq: number): Promise<boolean> {
  const deadline = performance.now() + HEARD_MS_MAX;
  while (performance.now() < deadline) {
    const acting = (await fleetOf(bus, manifest)).filter(({ stage }) => ACTING.includes(stage));
    if (acting.every(({ standing }) => standing !== undefined && standing.seq >= seq)) return true;
    await sleep(POLL_MS);
  }
  return false;
}
