export { openBus, type Bus } from './connection.ts';
export { isUnanswered, BusFullError, DivergedError, FencedError } from './errors.ts';
export { IntervalSearch, shardOfMessage, storedMs, type StoredAtMessage } from './interval-search.ts';
export {
  createRecording,
  deleteRecording,
  isComplete,
  recordingInfo,
  listRecordings,
  lastMessage,
  lastOf,
  manifestOf,
  recordedManifestOf,
  messageAt,
  subjectCounts,
  versionsIn,
  UnknownRunError,
  type FactVersions,
  type RecordingEntry,
  type StoredMessage,
} from './recordings.ts';
export { FencedPublisher, type Outgoing, type Payload, type PublisherEvents } from './publisher.ts';
export { composeClosing, newClosingReader, publishClosing, readClosing, wholeClosing, type ToldClosing } from './closings.ts';
export { NotAllowedError, watchRefusals } from './refusals.ts';
export { commandRecordedAs, recordCommand } from './commands.ts';
export { readLog, readLogTo, LogReading, type LogMessage, type LogReadOptions } from './log-reader.ts';
export { IntervalJoin, required, type IntervalMessages, type Schedule, type LoggedMessage } from './interval-join.ts';
export { Checkpoints, type Checkpoint } from './checkpoint.ts';
export { RowLog, type RowFact, type RowLogOptions } from './row-log.ts';
export { WorkQueue, type LaneKey, type TakenPart, type Told, type WorkQueueOptions } from './work-queue.ts';
export { claim, hold, holderOf, lifeOf, type Build, type HeldWith, type Holder, type Standing } from './claim.ts';
export { LeaseBucket, type LeaseEntry, type LeaseTable, type ReplicaEntry, type ReplicaSays } from './leases/lease-bucket.ts';
export { ShardLeases, type ShardDuties, type ShardLeasesOptions } from './leases/shard-leases.ts';
export { StageRunner, type StageDoor, type StageRunnerOptions, type StageState } from './stage-runner.ts';
export {
  readByInterval,
  readInSequence,
  type Intake,
  type Said,
  type StageInstanceKey,
  type StageReading,
} from './stage-reading.ts';
export { SequenceJoin, type IntervalBars, type SequencedMessage } from './sequence-join.ts';
export { BrokenRecordingError, readingMessage } from './broken-recording.ts';
export {
  RecordingAssembler,
  asToday,
  readMessages,
  readStored,
  readRecording,
  endsBroken,
  type RecordedInterval,
  type RecordingRead,
} from './recording-reader.ts';
export {
  connectOrStart,
  childHandle,
  commandLineOf,
  endProcess,
  executablesOnPath,
  foreignHandle,
  isAlive,
  locateNatsServer,
  isStoreFull,
  storeFault,
  NatsServerMissing,
  NatsPortInUse,
  withLock,
  accessOf,
  busIdentities,
  busKeyFile,
  busVariables,
  keysApart,
  tlsIn,
  withoutSecrets,
  renderAccounts,
  type BusAccess,
  type BusServer,
  type BusTls,
  type ManagedNatsServer,
  type ProcessHandle,
} from './server/index.ts';
