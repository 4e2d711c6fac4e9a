import { InvalidArgumentError, type Command } from 'commander';
import { recordingNamed, whyAt, type MomentAsked } from '@aitrader/application-recordings';
import { withHome } from '@aitrader/application-supervision';
import { runId, ticker, type Ticker } from '@aitrader/model';
import { busOptions, homeOptions, type BusOptions } from '../bus-options.ts';
import { printJson, printText } from '../print.ts';
import { progressBar } from '../terminal.ts';
import { momentAsked, whyText } from '../why-text.ts';

export function addWhy(program: Command): void {
  const command = program
    .command('why')
    .summary('show why a symbol was entered at a time, or was not')
    .description(
      'Shows of a symbol and a minute of a recording what the strategy made of its bar and what every gate of risk said, or would have said: value, limit' +
        ' and verdict.',
    )
    .argument('<run>', 'the recording, as "aitrader runs" lists it')
    .argument('<symbol>', 'the symbol', parsing(tickerNamed))
    .argument(
      '<time>',
      'when the interval closed: 10:31 or "2024-07-02 10:31" in New York, or 2024-07-02T14:31:00Z',
      parsing(momentAsked),
    )
    .option('--json', 'print one JSON document on standard output', false);
  busOptions(command).action(
    async (name: string, symbol: Ticker, moment: MomentAsked, options: BusOptions & { json: boolean }) => {
      await withHome({ ...homeOptions(options), as: 'operator' }, async ({ bus }) => {
        await recordingNamed(bus, name);
        const progress = progressBar('reading');
        const why = await whyAt(bus, runId(name), { symbol, at: moment }, progress.at).finally(progress.done);
        if (options.json) printJson(why);
        else printText(whyText(why));
      });
    },
  );
}

const tickerNamed = (text: string): Ticker => ticker(text.toUpperCase());

/** A word that makes no sense is refused with what is wrong with it. */
const parsing =
  <T>(parse: (text: string) => T) =>
  (text: string): T => {
    try {
      return parse(text);
    } catch (error) {
      throw new InvalidArgumentError(error instanceof Error ? error.message : String(error));
    }
  };
