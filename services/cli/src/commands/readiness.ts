import { userInfo } from 'node:os';
import { Option, type Command } from 'commander';
import { approveLimits, gateText } from '@aitrader/application-readiness';
import { manifestOrFail } from '@aitrader/application-recordings';
import {
  limitsHashOf,
  listRunStates,
  readinessOf,
  testKillSwitch,
  withRecords,
  withHome,
  type OpenHome,
  type RunReadiness,
} from '@aitrader/application-supervision';
import { ask } from '../ask.ts';
import { busOptions, homeOptions, type BusOptions } from '../bus-options.ts';
import { printJson, printText } from '../print.ts';
import { remark } from '../terminal.ts';
import { wallClock } from '@aitrader/runtime-configuration';

interface ReadinessOptions extends BusOptions {
  readonly account: 'live' | 'paper';
  readonly gate: boolean;
  readonly actor?: string;
  readonly json: boolean;
}
interface ApproveOptions extends BusOptions {
  readonly reason: string;
  readonly actor?: string;
  readonly yes?: string;
  readonly json: boolean;
}

/** What of a hash is typed: enough that nobody types it without looking. */
const TYPED_DIGITS = 6;
const ACTOR = ['--actor <name>', 'who asks; it is recorded (default: the user of the system)'] as const;

/** Whether real money may be armed, gate by gate. */
export function addReadiness(program: Command): void {
  const command = program
    .command('readiness')
    .enablePositionalOptions()
    .summary('say whether a run may be armed for real money, gate by gate')
    .description(
      'Looks whether enough paper days in succession were clean, and at the pre-open gate: one version, no lag, fresh data, approved limits, nothing in doubt, and a kill switch that was tested on the date. Arming is refused while one of them is not met; nothing steps over it. Ends with 1 unless all are met. docs/readiness.md says what each asks.',
    )
    .argument('[run]', 'the run, as "aitrader runs" lists it (default: the one of the account that goes on)')
    .addOption(new Option('--account <kind>', 'without a run: whose run is meant').choices(['live', 'paper']).default('live'))
    .option(
      '--gate',
      'test the kill switch first, and end with 1 where the pre-open gate is not met, whatever the paper days say',
      false,
    )
    .option(...ACTOR)
    .option('--json', 'print one JSON document on standard output', false);
  busOptions(command).action(async (name: string | undefined, options: ReadinessOptions) => {
    await withHome({ ...homeOptions(options), as: 'operator' }, async (open) => {
      const run = name ?? (await runOf(open, options.account));
      if (options.gate) await testKillSwitch(open, run, options.actor ?? userInfo().username);
      const readiness = await readinessOf(open, run);
      if (options.json) printJson(readiness);
      else printText(readinessText(readiness));
      if (!(options.gate ? readiness.isPreOpenMet : readiness.isReady)) process.exitCode = 1;
    });
  });
  addApprove(command);
}

/** @throws Error where no such run goes on */
async function runOf(open: OpenHome, kind: 'live' | 'paper'): Promise<string> {
  const going = (await listRunStates(open)).filter((one) => one.state === 'running' && one.kind === kind);
  const last = going.at(-1);
  if (last === undefined) throw new Error(`no ${kind} run goes on in ${open.home}: name the one that is meant`);
  return last.run;
}

function readinessText({ run, date, isReady, gates, armed }: RunReadiness): string {
  const standing = armed === null ? 'not armed' : `armed for ${armed.date} by ${armed.by}: ${armed.reason}`;
  return [
    `${run}, ${date}: ${isReady ? 'may be armed' : 'may NOT be armed'}; ${standing}`,
    ...gates.map((gate) => `  ${gateText(gate)}`),
  ].join('\n');
}

function addApprove(readiness: Command): void {
  const command = readiness
    .command('approve')
    .summary('approve the limits that a run was begun with')
    .description(
      'Shows the limits that a run was begun with, has the first six digits of their hash typed, and takes them for approved from then on, under your name. A run with other limits cannot be armed.',
    )
    .argument('<run>', 'the run, as "aitrader runs" lists it')
    .requiredOption('--reason <text>', 'why; it is kept')
    .option(...ACTOR)
    .option('--yes <digits>', 'the first six digits of the hash, instead of being asked for them')
    .option('--json', 'print one JSON document on standard output', false);
  busOptions(command).action(async (name: string, { reason, actor, yes, json, ...bus }: ApproveOptions) => {
    await withHome({ ...homeOptions(bus), as: 'operator' }, async (open) => {
      const { run, config } = await manifestOrFail(open.bus, name);
      const hash = limitsHashOf(config);
      remark(`limits of ${run}: ${JSON.stringify({ risk: config.risk, broker: config.broker }, null, 2)}`);
      const wanted = hash.slice(0, TYPED_DIGITS);
      const typed = yes ?? (await ask(`type ${wanted} to approve them: `));
      if (typed !== wanted) throw new Error(`${JSON.stringify(typed)} is not ${wanted}: nothing was approved`);
      const approval = { hash, by: actor ?? userInfo().username, reason, at: wallClock(process.env).now() };
      await withRecords(open.home, () => approveLimits(open.home, approval));
      if (json) printJson(approval);
      else printText(`the limits ${hash.slice(0, 12)}… are approved`);
    });
  });
}
