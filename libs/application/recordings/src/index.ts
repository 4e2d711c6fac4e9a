export { Recorder } from './recorder.ts';
export { resultOf, type RecordedResult } from './recorded-result.ts';
export { verifyRecording, Verifier, type Difference, type Verdict } from './verification.ts';
export { codeText, isSameCode, OtherCodeError, type WritingCode } from './writing-code.ts';
export { explainFill, UnknownFillError, type ExplainedBar, type ExplainedFit, type Explanation } from './explanation.ts';
export { followRun } from './following.ts';
export { newRunView, watchInterval, type RunView, type ViewedHalt } from './run-view.ts';
export { manifestOrFail, recordingNamed } from './named-run.ts';
export { listRuns, type RunEntry } from './run-list.ts';
