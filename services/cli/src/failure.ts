import { styleText } from 'node:util';
import { RunFailed } from '@aitrader/application-supervision';
import { ioProblem } from '@aitrader/runtime-storage';
import { printable } from './printable.ts';
import { keptLines } from './kept-run.ts';
import { remark, say } from './terminal.ts';

const EXIT_FAILED = 1;
const CAUSES_MAX = 4;

/**
 * Says what went wrong, with those causes that add something to it, and sets the exit code; the stack only when AITRADER_DEBUG is set.
 */
export function failWith(error: unknown): void {
  for (const [i, line] of failureLines(error).entries())
    say(i === 0 ? `${styleText('red', 'error')}: ${line}` : `  because: ${line}`);
  if (process.env['AITRADER_DEBUG'] !== undefined && error instanceof Error) say(printable(error.stack ?? ''));
  if (error instanceof RunFailed) for (const line of keptLines(error)) remark(line);
  process.exitCode = EXIT_FAILED;
}

/** What to say of an error: its message, and the messages of its causes that say something new. */
export function failureLines(error: unknown): string[] {
  if (!(error instanceof Error)) return [printable(String(error))];
  const lines = [error.message];
  let { cause } = error;
  for (let depth = 0; depth < CAUSES_MAX && cause instanceof Error; depth++) {
    const { message } = cause;
    const isSaid = message === '' || [message, ioProblem(cause)].some((words) => lines.some((line) => line.includes(words)));
    if (!isSaid) lines.push(message);
    cause = cause.cause;
  }
  return lines.map(printable);
}
