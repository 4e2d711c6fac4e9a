import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { ROOT } from './command-under-test.ts';

const FOLDER = path.join(ROOT, 'deploy/runbooks');
/** In what situation commands are tried: a run that goes on, one that was stopped, one that has come to its end, a broker's account. */
export const SITUATIONS = ['running', 'interrupted', 'ended', 'exchange'] as const;
export type Situation = (typeof SITUATIONS)[number];

/** A command of a runbook, and what it says. */
export interface Drill {
  readonly runbook: string;
  readonly situation: Situation;
  /** as it stands behind the prompt, without the program's name */
  readonly command: string;
  /** lines that it says, in this order and perhaps with others between; `…` stands for anything */
  readonly says: readonly string[];
}

export const RUNBOOKS: readonly string[] = readdirSync(FOLDER).filter((file) => file.endsWith('.md') && file !== 'README.md');

const isSituation = (text: string): text is Situation => SITUATIONS.some((one) => one === text);

/** The commands of a runbook that are tried. @throws Error when nothing says in what situation */
export function drillsOf(runbook: string): readonly Drill[] {
  const drills: { runbook: string; situation: Situation; command: string; says: string[] }[] = [];
  let situation: Situation | undefined;
  let isConsole = false;
  for (const line of readFileSync(path.join(FOLDER, runbook), 'utf8').split('\n')) {
    const said = /^<!-- drill: (\w+) -->$/.exec(line)?.[1];
    if (said !== undefined) {
      if (!isSituation(said)) throw new Error(`${runbook}: no drill is ${said}`);
      situation = said;
    } else if (line.startsWith('```')) isConsole = line === '```console';
    else if (isConsole && line.startsWith('$ aitrader ')) {
      if (situation === undefined) throw new Error(`${runbook}: nothing says when to try ${line}`);
      drills.push({ runbook, situation, command: line.slice('$ aitrader '.length), says: [] });
    } else if (isConsole && line !== '…') drills.at(-1)?.says.push(line);
  }
  return drills;
}

/** Words of a command, those between quotes as one. */
export const wordsOf = (command: string): readonly string[] =>
  [...command.matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain ?? '');

/** The first line of what has to be said that is not said in its place. */
export function missingIn(said: string, lines: readonly string[]): string | undefined {
  const rest = said.split('\n');
  for (const line of lines) {
    const pattern = new RegExp(
      `^${line
        .split('…')
        .map((part) => part.trim().replaceAll(/[$()*+.?[\\\]^{|}]/g, String.raw`\$&`))
        .join('.*')}\\s*$`,
    );
    const at = rest.findIndex((one) => pattern.test(one));
    if (at === -1) return line;
    rest.splice(0, at + 1);
  }
  return undefined;
}
