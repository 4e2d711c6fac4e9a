import type { Command } from 'commander';
import { ofSymbol, runNamed, showMessage, wordsOf } from '@aitrader/application-recordings';
import { withHome } from '@aitrader/application-supervision';
import { integer } from '../bar-options.ts';
import { busOptions, homeOptions, type BusOptions } from '../bus-options.ts';
import { messageText } from '../message-text.ts';
import { printJson, printText } from '../print.ts';

/** Exit code of a message that cannot be read: what is there is shown all the same. */
const UNREADABLE = 1;
const WIDTH_WITHOUT_TERMINAL = 100;

interface ShowOptions extends BusOptions {
  readonly symbol?: string;
  readonly json: boolean;
}

export function addShow(program: Command): void {
  const command = program
    .command('show')
    .summary('show one message of a recording')
    .description(
      'Shows one message of a recording: where it stands, when it was stored, and every field that it has, with what it means and in which unit. A message of an earlier version is shown as today’s version says it.',
    )
    .argument('<run>', 'the recording, as "aitrader runs" lists it')
    .argument('<seq>', 'the message’s sequence, from 1', integer(1))
    .option('--symbol <symbol>', 'only what it says of this symbol')
    .option('--json', 'print one JSON document on standard output', false);
  busOptions(command).action(async (name: string, seq: number, options: ShowOptions) => {
    await withHome({ ...homeOptions(options), as: 'operator' }, async ({ bus }) => {
      const whole = await showMessage(bus, await runNamed(bus, name), seq);
      const shown = options.symbol === undefined ? whole : ofSymbol(whole, options.symbol);
      const words = wordsOf(shown);
      if (options.json) printJson({ ...shown, words: Object.fromEntries(words) });
      else printText(messageText(shown, words, process.stdout.columns ?? WIDTH_WITHOUT_TERMINAL));
      if (shown.problem !== null) process.exitCode = UNREADABLE;
    });
  });
}
