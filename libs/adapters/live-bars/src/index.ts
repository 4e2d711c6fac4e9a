export { AlpacaStream, type AlpacaStreamOptions } from './alpaca-stream.ts';
export { type LiveEvents, type StreamedBar } from './live-events.ts';
export { StreamRefused } from './stream-error.ts';
