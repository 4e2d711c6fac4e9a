export { createLogger, type LoggerOptions, type LogLevel } from './logger.ts';
export { nestLogger } from './nest-logger.ts';
export { serialise, serialiseError } from './serialise.ts';
export { HandledWork, type WorkTold } from './handled-work.ts';
export { SILENT, type Listener, type Progress } from './listener.ts';
export { StageTelemetry, type MeasuredInstance } from './stage-telemetry.ts';
export { startTelemetry, telemetryIn, TelemetryProblem, type RunningTelemetry, type TelemetryOptions } from './telemetry.ts';
export { parentSpanOf, spanIdOf, traceIdOf } from './slice-trace.ts';
