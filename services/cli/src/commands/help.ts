import type { Command } from 'commander';

/** `help`, and `help COMMAND`; a command that does not exist is refused as it would be without `help`. */
export function addHelp(program: Command): void {
  program
    .helpCommand(false)
    .command('help')
    .summary('show what a command takes')
    .argument('[command...]', 'the command')
    .action(async (path: readonly string[]) => {
      let shown = program;
      for (const [depth, name] of path.entries()) {
        const next = shown.commands.find((each) => each.name() === name);
        if (next === undefined) {
          await program.parseAsync(path.slice(0, depth + 1), { from: 'user' });
          return;
        }
        shown = next;
      }
      shown.outputHelp();
    });
}
