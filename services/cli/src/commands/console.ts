import type { Command } from 'commander';
import { startConsoleOf, withHome } from '@aitrader/application-supervision';
import { integer } from '../bar-options.ts';
import { busOptions, homeOptions, type BusOptions } from '../bus-options.ts';
import { CONSOLE_PORT } from '../console-beside.ts';
import { onInterrupt } from '../interrupt.ts';
import { printJson, printText } from '../print.ts';
import { remark } from '../terminal.ts';

interface ConsoleOptions extends BusOptions {
  readonly port: number;
  readonly json: boolean;
}

export function addConsole(program: Command): void {
  const command = program
    .command('console')
    .summary('look at runs in a browser, and command them there')
    .description(
      'Serves the operator’s console to this machine until Ctrl-C, and prints the address that lets one person in, once. Commands given there are recorded under the name of the user of the system. docs/console.md says what one sees there.',
    )
    .option('--port <port>', 'the port that it listens on; 0: any free one', integer(0, 65_535), CONSOLE_PORT)
    .option('--json', 'print the address as one JSON document on standard output', false);
  busOptions(command).action(async ({ port, json, ...bus }: ConsoleOptions) => {
    // the home is open as long as the console is: a server of its own is started for it here, and not by the process that serves the page
    await withHome({ ...homeOptions(bus), as: 'operator' }, async ({ home }) => {
      const console = await startConsoleOf(home, { port });
      try {
        if (json) printJson({ url: console.url });
        else printText(`console: ${console.url}`);
        remark('Ctrl-C ends it');
        await Promise.race([onInterrupt(), console.failure]);
      } finally {
        await console.stop();
      }
    });
  });
}
