import { createInterface } from 'node:readline/promises';
import type { Command } from 'commander';
import { deleteRun, listRunStates, withHome, type ListedRun } from '@aitrader/application-supervision';
import { runId } from '@aitrader/model';
import { UnknownRunError } from '@aitrader/runtime-bus';
import { busOptions, homeOptions, type BusOptions } from '../bus-options.ts';
import { printJson, printText } from '../print.ts';
import { count, remark, say } from '../terminal.ts';

/** The kind of a run whose manifest cannot be read. */
const UNKNOWN = 'unknown';

export function addRuns(program: Command): void {
  const command = program
    .command('runs')
    .summary('list the recordings')
    .description('Lists the recordings that the nats-server of this folder holds, and where their runs stand.')
    .enablePositionalOptions()
    .option('--json', 'print one JSON document on standard output', false);
  busOptions(command).action(async (options: BusOptions & { json: boolean }) => {
    await withHome({ ...homeOptions(options), as: 'operator' }, async (open) => {
      const runs = await listRunStates(open);
      if (options.json) printJson(runs);
      else printText(runs.length === 0 ? 'no recordings yet; "aitrader paper" makes one' : runs.map(line).join('\n'));
    });
  });
  addDelete(command);
}

function addDelete(runs: Command): void {
  const command = runs
    .command('delete')
    .summary('delete recordings for good')
    .description(
      'Deletes runs for good, with their recordings, checkpoints and logs. Nothing else ever deletes a recording. A run that is going on is refused.',
    )
    .argument('<runs...>', 'the recordings, as "aitrader runs" lists them')
    .option('--yes', 'do not ask', false);
  busOptions(command).action(async (names: string[], options: BusOptions & { yes: boolean }) => {
    await withHome(homeOptions(options), async (open) => {
      const chosen = chosenOf(names, await listRunStates(open));
      if (!options.yes && !(await isConfirmed(chosen))) {
        remark('nothing was deleted');
        return;
      }
      for (const { run } of chosen) {
        await deleteRun(open, runId(run));
        printText(`${run} deleted`);
      }
    });
  });
}

/** The runs that were named, each once. @throws UnknownRunError */
function chosenOf(names: readonly string[], listed: readonly ListedRun[]): ListedRun[] {
  return [...new Set(names)].map((name) => {
    const chosen = listed.find(({ run }) => run === name);
    if (chosen === undefined)
      throw new UnknownRunError(
        name,
        listed.map(({ run }) => run),
      );
    if (chosen.state === 'running') throw new Error(`${name} is going on; end it first`);
    return chosen;
  });
}

/** @throws Error where there is nobody to ask */
async function isConfirmed(chosen: readonly ListedRun[]): Promise<boolean> {
  if (!process.stdin.isTTY || !process.stderr.isTTY)
    throw new Error('what is deleted is gone for good, and there is no terminal to ask on: say --yes to mean it');
  for (const entry of chosen) say(line(entry));
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  try {
    const answer = await terminal.question(`Delete ${chosen.length === 1 ? 'this' : 'these'} for good? [y/N] `);
    return /^y(es)?$/i.test(answer.trim());
  } finally {
    terminal.close();
  }
}

const line = (entry: ListedRun): string =>
  entry.kind === UNKNOWN && entry.problem !== null
    ? `${entry.run.padEnd(32)} cannot be read: ${entry.problem}`
    : [told(entry), entry.cause, entry.problem].filter((text) => text !== null).join('\n    ');

const told = (entry: ListedRun): string =>
  `${entry.run.padEnd(32)} ${entry.from}…${entry.to}  ${String(entry.symbols).padStart(5)} symbols  ${String(entry.shards).padStart(2)} shards  ` +
  `${count(entry.messages).padStart(11)} messages  ${(entry.bytes / 1e6).toFixed(1).padStart(8)} MB  ${entry.state}`;
