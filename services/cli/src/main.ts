import { Command } from 'commander';
import { CODE_VERSION } from '@aitrader/runtime-configuration';
import { addBacktest } from './commands/backtest.ts';
import { addBench } from './commands/bench.ts';
import { addCalibrate } from './commands/calibrate.ts';
import { addExplain } from './commands/explain.ts';
import { addFit } from './commands/fit.ts';
import { addPaper } from './commands/paper.ts';
import { addReplay } from './commands/replay.ts';
import { addRuns } from './commands/runs.ts';
import { addShow } from './commands/show.ts';
import { addVerify } from './commands/verify.ts';
import { failWith } from './failure.ts';

const program = new Command('aitrader')
  .description('Autonomous US-equities trading whose backtests match live, byte for byte.')
  .version(CODE_VERSION)
  .showHelpAfterError('(add --help for what the command takes)');

addPaper(program);
addBacktest(program);
addReplay(program);
addVerify(program);
addRuns(program);
addExplain(program);
addShow(program);
addFit(program);
addCalibrate(program);
addBench(program);

// A reader that went away (`aitrader … | head`) ends the command.
process.stdout.on('error', () => process.exit(1));
process.stderr.on('error', () => process.exit(1));

await program.parseAsync().catch(failWith);
