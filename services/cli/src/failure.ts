import { say } from './terminal.ts';
import { styleText } from 'node:util';

const EXIT_FAILED = 1;
const CAUSES_MAX = 4;

/** Says what went wrong, with its causes, and sets the exit code; the stack only when AITRADER_DEBUG is set. */
export function failWith(error: unknown): void {
  say(`${styleText('red', 'error')}: ${error instanceof Error ? error.message : String(error)}`);
  let cause = error instanceof Error ? error.cause : undefined;
  for (let depth = 0; depth < CAUSES_MAX && cause instanceof Error; depth++) {
    say(`  because: ${cause.message}`);
    cause = cause.cause;
  }
  if (process.env['AITRADER_DEBUG'] !== undefined && error instanceof Error) say(error.stack ?? '');
  process.exitCode = EXIT_FAILED;
}
