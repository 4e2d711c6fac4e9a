import type { Command } from 'commander';

/** A column may have no name: pandas writes its index under none. */
const COLUMN_OPTIONS = new Set(['column', 'timeColumn']);

const isEmpty = (value: unknown): boolean => typeof value === 'string' && value.trim() === '';

/** @throws Error for an option or an argument that should name something and is empty */
export function requireNamed(command: Command): void {
  for (const option of command.options) {
    const name = option.attributeName();
    if (COLUMN_OPTIONS.has(name) || command.getOptionValueSource(name) !== 'cli') continue;
    const value: unknown = command.getOptionValue(name);
    if (isEmpty(value) || (Array.isArray(value) && value.some(isEmpty)))
      throw new Error(`${option.long ?? option.flags} "" names nothing: it takes ${takes(option.flags)}`);
  }
  for (const [i, argument] of command.registeredArguments.entries())
    if (isEmpty(command.args[i])) throw new Error(`<${argument.name()}> is empty, and names nothing`);
}

/** What the flags of an option say that it takes: `<files...>` of `--bars <files...>`. */
const takes = (flags: string): string => flags.slice(flags.indexOf('<'));
