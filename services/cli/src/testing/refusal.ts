import type { Command } from 'commander';
import { failureLines } from '../failure.ts';
import { newProgram } from '../program.ts';

/** What the command line says when it refuses some arguments, in this process. @throws Error when it takes them */
export async function refusalOf(...args: readonly string[]): Promise<string> {
  const program = newProgram();
  const said: string[] = [];
  const listen = (command: Command): void => {
    command.exitOverride().configureOutput({ writeErr: (text) => said.push(text), writeOut: (text) => said.push(text) });
    command.commands.forEach(listen);
  };
  listen(program);
  try {
    await program.parseAsync(args, { from: 'user' });
  } catch (error) {
    return said.length > 0 ? said.join('').trimEnd() : failureLines(error).join('\n');
  }
  throw new Error(`taken: ${args.join(' ')}`);
}
