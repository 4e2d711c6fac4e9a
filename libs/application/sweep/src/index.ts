export { assertTrialsTradable, loadTrials, trialsOf, type Trial } from './grid.ts';
export { runTrials, type TrialRun } from './run-trials.ts';
export { runSweep, type SweepReport, type TrialReport } from './run-sweep.ts';
export { type ChoiceFigures, type SharpeFigures } from './statistics.ts';
export { type TrialOutcome } from './trial-tally.ts';
export { workForSweeps, type Places, type QueueWorkerRequest, type WorkDone } from './queue-worker.ts';
export { openSweepQueue } from './queued-sweep.ts';
export { type SweepQueue, type SweepRequest } from './sweep-request.ts';
export { parseSweep, readSweep, sweepContent, sweepIdentity, triedIn, type KeptSweep } from './read-sweep.ts';
export { SWEEP_FILE, writeSweep } from './write-sweep.ts';
export {
  SWEEPS_FOLDER,
  SWEEPS_MAX,
  SweepShelf,
  UnknownSweepError,
  type ListedSweep,
  type OpenedSweep,
  type SweepSummary,
} from './sweep-shelf.ts';
export {
  CHOSEN_BY,
  WALK_FORWARD_FILE,
  walkForward,
  WalkForwardError,
  type ChosenBy,
  type DateRange,
  type WalkForwardFold,
  type WalkForwardPlan,
  type WalkForwardReport,
} from './walk-forward.ts';
