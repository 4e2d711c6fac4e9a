// Keeps a recording as a golden one: node --conditions=@aitrader/source …/keep-recording.cli.ts <run> <file>.jsonl.gz
import { runId } from '@aitrader/model';
import { withHome } from '@aitrader/application-supervision';
import { keepRecording } from './golden-recording.ts';

const [run, file] = process.argv.slice(2);
if (run === undefined || file === undefined) throw new Error('which run, and to which file?');
await withHome({ onProgress: () => undefined }, ({ bus }) => keepRecording(bus, runId(run), file));
