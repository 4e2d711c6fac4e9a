import { Command } from 'commander';
import { CODE_VERSION } from '@aitrader/runtime-configuration';
import { addAnchor } from './commands/anchor.ts';
import { addAgents } from './commands/agents.ts';
import { addBacktest } from './commands/backtest.ts';
import { addBars } from './commands/bars.ts';
import { addBench } from './commands/bench.ts';
import { addBus } from './commands/bus.ts';
import { addBroker } from './commands/broker.ts';
import { addCalibrate } from './commands/calibrate.ts';
import { addClose } from './commands/close.ts';
import { addConsole } from './commands/console.ts';
import { addControl } from './commands/control.ts';
import { addExplain } from './commands/explain.ts';
import { addCompare } from './commands/compare.ts';
import { addExport } from './commands/export.ts';
import { addReport } from './commands/report.ts';
import { addEquity, addTrades } from './commands/trades.ts';
import { addDatabase } from './commands/database.ts';
import { addEdge } from './commands/edge.ts';
import { addFit } from './commands/fit.ts';
import { addHelp } from './commands/help.ts';
import { addJournal } from './commands/journal.ts';
import { addPaper } from './commands/paper.ts';
import { addParity } from './commands/parity.ts';
import { addProof } from './commands/proof.ts';
import { addKeys } from './commands/keys.ts';
import { addReadiness } from './commands/readiness.ts';
import { addReconcile } from './commands/reconcile.ts';
import { addReplay } from './commands/replay.ts';
import { addRuns } from './commands/runs.ts';
import { addPremarket } from './commands/premarket.ts';
import { addScan } from './commands/scan.ts';
import { addSchedule, addScheduler } from './commands/schedule.ts';
import { addPromote, addShadow } from './commands/shadow.ts';
import { addShow } from './commands/show.ts';
import { addSweep } from './commands/sweep.ts';
import { addVerify } from './commands/verify.ts';
import { addLearn } from './commands/learn.ts';
import { addLimits } from './commands/limits.ts';
import { addLookAhead } from './commands/look-ahead.ts';
import { addWalkForward } from './commands/walk-forward.ts';
import { addWhy } from './commands/why.ts';
import { requireNamed } from './named-options.ts';
import { printable } from './printable.ts';

/** The command line with all its commands, before it is told anything. */
export function newProgram(): Command {
  const program = new Command('aitrader')
    .description('Autonomous US-equities trading whose backtests match live, byte for byte.')
    .version(CODE_VERSION)
    .configureOutput({ outputError: (text, write) => write(printable(text)) })
    // an option of a command goes to the one that it stands behind: "sweep worker" has some of the names that "sweep" has
    .enablePositionalOptions()
    .showHelpAfterError('(add --help for what the command takes)')
    .hook('preAction', (_, command) => requireNamed(command));
  addPaper(program);
  addBacktest(program);
  addReplay(program);
  addVerify(program);
  addAnchor(program);
  addProof(program);
  addClose(program);
  addRuns(program);
  addConsole(program);
  addSchedule(program);
  addScheduler(program);
  addAgents(program);
  addControl(program);
  addReadiness(program);
  addLimits(program);
  addKeys(program);
  addExplain(program);
  addWhy(program);
  addReport(program);
  addExport(program);
  addCompare(program);
  addParity(program);
  addShadow(program);
  addPromote(program);
  addTrades(program);
  addEquity(program);
  addShow(program);
  addJournal(program);
  addDatabase(program);
  addFit(program);
  addLearn(program);
  addSweep(program);
  addWalkForward(program);
  addCalibrate(program);
  addEdge(program);
  addLookAhead(program);
  addScan(program);
  addPremarket(program);
  addBars(program);
  addBroker(program);
  addBus(program);
  addReconcile(program);
  addBench(program);
  addHelp(program);
  return program;
}
