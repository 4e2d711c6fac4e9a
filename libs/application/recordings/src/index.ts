export { Recorder } from './recorder.ts';
export { resultOf, type RecordedResult } from './recorded-result.ts';
export { Verifier, type Difference, type Verdict } from './verification.ts';
export { CannotClose, closeRun, verifyRecording } from './verify-recording.ts';
export { codeText, isSameCode, OtherCodeError, thisCode, writerOf, type WritingCode } from './writing-code.ts';
export {
  explainFill,
  UnknownFillError,
  type ExplainedBar,
  type ExplainedCommand,
  type ExplainedFill,
  type ExplainedFit,
  type ExplainedSignal,
  type Explanation,
} from './explanation.ts';
export type { SymbolDoubt } from './symbol-doubt.ts';
export { contradictionsIn } from './gate-recheck.ts';
export { followRun, type RunWatcher } from './following.ts';
export { appliedActions, newRunView, watchInterval, type RunView } from './run-view.ts';
export { manifestOrFail, recordingNamed, runNamed } from './named-run.ts';
export { tradesRealMoney } from './real-money.ts';
export {
  isSlice,
  ofSymbol,
  showMessage,
  SymbolNotThereError,
  UnknownMessageError,
  wordsOf,
  type ShownMessage,
} from './shown-message.ts';
export { listRuns, type RunEntry } from './run-list.ts';
export { leftByRun, type LeftByRun } from './closed-run.ts';
export { standingLimits, type LimitCommand, type StandingLimit } from './standing-limits.ts';
export { writeOffIn, writeOffOf, type NoWriteOff } from './break-write-off.ts';
export { executionKnown, reconcileAccount, type KnownAccount, type OpenRequest, type Reconciliation } from './reconciliation.ts';
export { SignatureCheck, type SignatureVerdict, type SignedBy } from './signature-check.ts';
export { NothingThereError, whyAt, type MomentAsked } from './why.ts';
export type { Why, WhyBar } from '@aitrader/application-time-machine';
export { heardBefore, RECORDED_EXECUTION } from './recorded-words.ts';
