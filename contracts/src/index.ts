export {
  FACTS,
  STAGES,
  FACT_WIRING,
  TOPOLOGY,
  ANNOUNCED_BY,
  isAnnounced,
  PLACED_BY,
  SUPERVISOR_WRITES,
  isBrokerFact,
  isPlaced,
  type BrokerFact,
  stageOrder,
  type AnnouncedFact,
  type PlacedFact,
  type Fact,
  type StageName,
  type Cadence,
  type FactWiring,
  type Input,
  type StageWiring,
} from './topology.ts';
export {
  ACCOUNT,
  OPERATOR,
  operatorSubject,
  operatorSubjects,
  subjectOfEveryVersion,
  isOperatorSubject,
  STREAM_PREFIX,
  encodeToken,
  decodeToken,
  subjectOf,
  subjectsOfRun,
  streamOf,
  runOfStream,
  addressOf,
  versionOf,
  subjectsRead,
  writerOf,
  messageIdOf,
  type Address,
} from './subjects.ts';
export { commandStatement, exitStatement, orderStatement, type DecidedIn } from './statements.ts';
export {
  NONCE_STREAM,
  NONCE_SUBJECTS,
  PRINCIPALS,
  SCHEDULE_STREAM,
  SCHEDULE_SUBJECTS,
  SWEEP_SUBJECTS,
  OWNER_ACCOUNT,
  RECORDINGS_API,
  accountOf,
  busGrants,
  checkpointsApiOf,
  claimSubject,
  leaseBucketOf,
  leaseSubject,
  subjectsOfBucket,
  inboxOf,
  logOfRun,
  logSubjectOf,
  permissionsOf,
  schedulerSubject,
  storedSubjectOf,
  STORE_PROBE,
  subjectsTold,
  subjectsWritten,
  type BusGrant,
  type BusPermissions,
  type Principal,
  type ServiceName,
  type Role,
} from './bus-accounts.ts';
export { topologyMap } from './topology-map.ts';
export { asyncApiDocument } from './asyncapi.ts';
export { SCHEMAS, jsonSchemaOf, type JsonSchema } from './schemas.ts';
export { encodeControlAs } from './earlier-commands.ts';
export { upcast, recordedFigures } from './earlier-versions.ts';
export { runConfigSchema } from './config-schema.ts';
export { type JsonObject, type UnknownKey } from './config-reading.ts';
export { ContractError, validate } from './validation.ts';
export { readMessage, fieldWords } from './message-reading.ts';
export { announcedCount, intervalOf, placeOf } from './payload.ts';
export { ClosingReader, encodeClosing, type ClosingFact, type Sha256 } from './closing-codec.ts';
export { PlainTextError, plainFrom, plainText } from './plain-text.ts';
export { encodeBars, decodeBars } from './columns.ts';
export { encodeStates, decodeStates } from './states-codec.ts';
export {
  encodeSignals,
  decodeSignals,
  encodeOrders,
  decodeOrders,
  encodeDenials,
  decodeDenials,
  encodeOrderEvents,
  decodeOrderEvents,
  encodeFills,
  decodeFills,
  encodeControl,
  decodeControl,
  encodeWatchlist,
  decodeWatchlist,
  encodeForecast,
  decodeForecast,
} from './codecs.ts';
export { encodeRequests, decodeRequests, encodeReports, decodeReports, keptOf } from './broker-codecs.ts';
export { RAW_LENGTH_MAX } from './broker-schema.ts';
export { TEXT_LENGTH_MAX } from './wire-units.ts';
export { encodeManifest, decodeManifest, readManifest, type RecordedManifest } from './manifest-codec.ts';
export { newRowBuffer, flushRows, type RowBuffer } from './row-buffer.ts';
export {
  barRow,
  gapRow,
  revisionRow,
  stateRow,
  signalRow,
  exitSignalRow,
  orderRow,
  orderExitRow,
  denialRow,
  orderEventRow,
  fillRow,
  watchlistRows,
  forecastRows,
} from './rows.ts';
