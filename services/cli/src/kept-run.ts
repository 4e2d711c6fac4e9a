import type { RunFailed } from '@aitrader/application-supervision';
import { newYorkDate } from '@aitrader/core-sessions';
import { clockOf } from './paper-view.ts';

/** A command about a run, and what it does, in columns. */
const LONGEST = 'npx aitrader paper --continue ';
const commandLine = (command: string, run: string, does: string): string =>
  `${`npx aitrader ${command} ${run}`.padEnd(LONGEST.length + run.length)}   ${does}`;

export const verifyLine = (run: string): string => commandLine('verify', run, 'proves the recording');
export const explainLine = (run: string): string => commandLine('explain', `${run} 1`, 'explains its first fill');
export const goOnLine = (run: string, once = ''): string => commandLine('paper --continue', run, `goes on with it${once}`);
export const followLine = (run: string): string => commandLine('paper --follow', run, 'begins another date with what it left');
const deleteLine = (run: string): string => commandLine('runs delete', run, 'deletes it for good');

/** What there is of a run that failed, and what can be done with it. */
export function keptLines({ run, decided, hasFills, mayGoOn, needsRoom }: RunFailed): string[] {
  const upTo = decided === undefined ? '' : `, decided up to ${newYorkDate(decided)} ${clockOf(decided)} ET`;
  return [
    `what was recorded is kept${upTo}:`,
    verifyLine(run),
    ...(hasFills ? [explainLine(run)] : []),
    ...(mayGoOn ? [goOnLine(run, needsRoom ? ', once there is room (--store-max)' : '')] : []),
    deleteLine(run),
  ];
}
