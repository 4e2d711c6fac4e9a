import { failWith } from './failure.ts';
import { newProgram } from './program.ts';

// A reader that went away (`aitrader … | head`) ends the command.
process.stdout.on('error', () => process.exit(1));
process.stderr.on('error', () => process.exit(1));

await newProgram().parseAsync().catch(failWith);
