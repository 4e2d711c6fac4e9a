export {
  FACTS, STAGES, FACT_WIRING, TOPOLOGY, stageOrder,
  type Fact, type StageName, type Cadence, type FactWiring, type Input, type StageWiring,
} from './topology.ts';
export {
  ACCOUNT, STREAM_PREFIX, encodeToken, decodeToken, subjectOf, subjectsOfRun, streamOf, runOfStream,
  addressOf, subjectsRead, writerOf, messageIdOf, type Address,
} from './subjects.ts';
export { SCHEMAS, runConfigSchema } from './schemas.ts';
export { ContractError, validate } from './validation.ts';
export {
  encodeBars, decodeBars, encodeStates, decodeStates, encodeSignals, decodeSignals, encodeOrders, decodeOrders,
  encodeDenials, decodeDenials, encodeOrderEvents, decodeOrderEvents, encodeFills, decodeFills,
  encodeControl, decodeControl, encodeManifest, decodeManifest, intervalOf,
} from './codecs.ts';
export {
  newRowBuffer, flushRows, barRow, stateRow, signalRow, orderRow, denialRow, orderEventRow, fillRow, type RowBuffer,
} from './rows.ts';
