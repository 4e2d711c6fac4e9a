import type { Command } from 'commander';
import { addArchiveCommands } from './bars-archive.ts';
import { addBarsExport } from './bars-export.ts';
import { addBarsFetch } from './bars-fetch.ts';

export function addBars(program: Command): void {
  const bars = program
    .command('bars')
    .summary('fetch bars, keep them in an archive, look at them, write them to a file')
    .description('Fetches bars, keeps them in archives that --bars takes, and writes them to files that it takes, too.')
    .helpCommand(false);
  addBarsExport(bars);
  addArchiveCommands(bars);
  addBarsFetch(bars);
}
