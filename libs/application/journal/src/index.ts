export { JournalBehind, behindWords, journalRun, type Journaled, type JournalOptions, type Written } from './journal.ts';
export { isUnusable } from './passing.ts';
export { projectMessage } from './projection.ts';
export { BATCH_MESSAGES_MAX } from './recorded-rows.ts';
export { Rows } from './rows.ts';
export { runsBefore } from './run-chain.ts';
export { PositionMoved, RunWriter, type Batch } from './writer.ts';
