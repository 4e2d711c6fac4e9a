import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { userInfo } from 'node:os';
import path from 'node:path';
import type { Command } from 'commander';
import { shadowOf, type ShadowVerdict } from '@aitrader/application-parity';
import { loadConfiguration } from '@aitrader/application-pipeline';
import { codeText, manifestOrFail, recordingNamed } from '@aitrader/application-recordings';
import {
  acceptancesIn,
  keepVerdict,
  promote,
  rollBack,
  withHome,
  withRecords,
  type Generation,
} from '@aitrader/application-supervision';
import { runId } from '@aitrader/model';
import { CONFIG_OPTION } from '../bar-options.ts';
import { busOptions, homeOptions, type BusOptions } from '../bus-options.ts';
import { printJson, printText } from '../print.ts';
import { count, progressBar, remark } from '../terminal.ts';

interface ShadowOptions extends BusOptions {
  readonly config?: string;
  readonly build?: string;
  readonly json: boolean;
}
interface PromoteOptions extends BusOptions {
  readonly accept?: string;
  readonly back: boolean;
  readonly configHash?: string;
  readonly reason: string;
  readonly actor?: string;
  readonly json: boolean;
}

/** Exit code of a shadow that is not clean. */
const DIFFERS = 1;

/** A program beside a run that another one decided. */
export function addShadow(program: Command): void {
  const command = program
    .command('shadow')
    .summary('let a program decide a recorded run again, beside it, and keep the verdict')
    .description(
      'Hears what a run recorded, commands and fills included, and decides each interval again, one step ahead, with no right to say anything in it. Keeps a verdict, which "aitrader promote" asks for: clean when every decision is the recorded one. Ends with 1 otherwise, and names the first decision that differs, and its gate.',
    )
    .argument('<run>', 'the recording, as "aitrader runs" lists it')
    .option(CONFIG_OPTION[0], `what the shadow is to do otherwise: ${CONFIG_OPTION[1]}`)
    .option('--build <folder>', 'let the program that was built there be the shadow, instead of this one')
    .option('--json', 'print the verdict as one JSON document on standard output', false);
  busOptions(command).action(async (name: string, options: ShadowOptions) => {
    if (options.build !== undefined) process.exitCode = await runBuild(options.build, name, options);
    else await beShadow(name, options);
  });
}

async function beShadow(name: string, options: ShadowOptions): Promise<void> {
  await withHome({ ...homeOptions(options), as: 'operator' }, async ({ bus, home }) => {
    await recordingNamed(bus, name);
    const run = runId(name);
    const { config: recorded } = await manifestOrFail(bus, run);
    const config = options.config === undefined ? {} : { config: await loadConfiguration(options.config, recorded) };
    const progress = progressBar('deciding again');
    const keep = (verdict: ShadowVerdict): Promise<string> => withRecords(home, () => keepVerdict(home, verdict));
    const verdict = await shadowOf(bus, { run, ...config, onProgress: progress.at, onBegun: keep }).finally(progress.done);
    const file = await keep(verdict);
    if (options.json) printJson(verdict);
    else printText(verdictText(verdict));
    remark(`written to ${file}`);
    if (!verdict.isClean) process.exitCode = DIFFERS;
  });
}

/** The same by another build, which is a program of its own. @throws Error when none was built there */
async function runBuild(folder: string, name: string, { config, json }: ShadowOptions): Promise<number> {
  const main = path.join(path.resolve(folder), 'dist', 'cli.js');
  if (!existsSync(main)) throw new Error(`--build: there is no ${main}: build that program first (npm run build)`);
  const options = [...(config === undefined ? [] : ['--config', config]), ...(json ? ['--json'] : [])];
  const child = spawn(process.execPath, ['--enable-source-maps', main, 'shadow', name, ...options], { stdio: 'inherit' });
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => resolve(code ?? DIFFERS));
  });
}

/** A verdict in words. */
export function verdictText({
  run,
  blue,
  shadow,
  isWhole,
  isClean,
  decisions,
  differences,
  first,
  otherFacts,
}: ShadowVerdict): string {
  const by = `decided by ${codeText(blue)}; the shadow is ${codeText(shadow)}`;
  const facts = otherFacts.map(
    ({ fact, intervals, t }) => `\n${fact} of ${count(intervals)} intervals read otherwise, from ${new Date(t).toISOString()} on`,
  );
  if (isClean)
    return `${run}: the shadow is clean: all ${count(decisions)} decisions are the recorded ones${facts.join('')}\n${by}`;
  const why =
    first === null ? (isWhole ? 'nothing was decided' : 'it had not come to its end') : differenceText(differences, first);
  return `${run}: the shadow is NOT CLEAN: ${why}${facts.join('')}\n${by}`;
}

const differenceText = (
  differences: number,
  { t, symbol, recorded, shadow, gate }: NonNullable<ShadowVerdict['first']>,
): string =>
  `${count(differences)} decisions are others; the first at ${new Date(t).toISOString()}, ${symbol}: recorded ${recorded}, the shadow ${shadow}${gate === null ? '' : ` (gate ${gate})`}`;

/** Which program begins the next date. */
export function addPromote(program: Command): void {
  const command = program
    .command('promote')
    .summary('let this program, clean as a shadow, begin the next date; or go back')
    .description(
      'Raises the generation of this home: from the next date on, followed markets and runs that go on from one are begun by this program and the configuration that its shadow had on a run, and by nothing else. Refused unless the verdict on that run is clean, or all that differs is accepted by name (--accept). With --back, the program before, without a verdict. A run that goes on is not touched.',
    )
    .argument('[run]', 'the run that this program was a shadow of')
    .option('--back', 'go back to the program before', false)
    .option(
      '--accept <file>',
      'differences that the program is meant to make: named, counted and expiring; they are written down',
    )
    .option('--config-hash <hash>', 'of several configurations that were tried on the run, the one that is meant')
    .requiredOption('--reason <text>', 'why; it is written down')
    .option('--actor <name>', 'who promotes; it is written down (default: the user of the system)')
    .option('--json', 'print one JSON document on standard output', false);
  busOptions(command).action(async (name: string | undefined, options: PromoteOptions) => {
    const { back, accept, configHash, reason, actor: by = userInfo().username, json } = options;
    if (back === (name !== undefined))
      throw new Error('name the run that the shadow was clean on, or give --back: one of the two');
    if (back && accept !== undefined) throw new Error('--accept is about a verdict, and going back asks for none');
    const accepted = accept === undefined ? [] : await acceptancesIn(accept);
    await withHome({ ...homeOptions(options), as: 'operator' }, async ({ bus, home }) => {
      const word = { by, reason, at: Date.now() };
      if (name !== undefined) await recordingNamed(bus, name);
      const raised = await withRecords(home, () =>
        name === undefined ? rollBack(home, word) : promote(home, runId(name), word, configHash, accepted),
      );
      if (json) printJson(raised);
      else printText(generationText(raised));
    });
  });
}

const generationText = ({ generation, kind, program, former, accepted = [] }: Generation): string =>
  `${accepted.map(({ name, count: times, until }) => `accepted: ${name}, ${count(times)} times, until ${until}\n`).join('')}generation ${generation} (${kind}): the next date is begun by ${codeText(program)}, configuration ${program.configHash.slice(0, 12)}\nbefore: ${codeText(former)}, configuration ${former.configHash.slice(0, 12)}`;
