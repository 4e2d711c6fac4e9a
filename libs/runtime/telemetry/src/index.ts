export { createLogger, type LoggerOptions, type LogLevel } from './logger.ts';
export { nestLogger } from './nest-logger.ts';
export { serialise, serialiseError } from './serialise.ts';
export { SILENT, type Listener, type Progress } from './listener.ts';
