// Keeps a recording as a golden one: node --conditions=@aitrader/source …/keep-recording.cli.ts <run> <folder> <name>
import path from 'node:path';
import { runId } from '@aitrader/model';
import { withHome } from '@aitrader/application-supervision';
import { keepRecording, keepSaid } from './golden-recording.ts';

const [run, folder, name] = process.argv.slice(2);
if (run === undefined || folder === undefined || name === undefined) throw new Error('which run, to which folder, and as what?');
await withHome({ onProgress: () => undefined }, async ({ bus, home }) => {
  await keepRecording(bus, runId(run), path.join(folder, `${name}.jsonl.gz`));
  await keepSaid(bus, runId(run), home, path.join(folder, `${name}.json`));
});
