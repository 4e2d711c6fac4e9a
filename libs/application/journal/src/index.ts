export { BATCH_MESSAGES_MAX, journalRun, type Journaled, type JournalOptions } from './journal.ts';
export { projectMessage } from './projection.ts';
export { Rows } from './rows.ts';
export { PositionMoved, RunWriter, type Batch } from './writer.ts';
