export { FrameLog, type FrameLogBounds, type FrameLogOptions } from './frame-log.ts';
export { alpacaMessages, type AlpacaMessage } from './alpaca-messages.ts';
export { AlpacaSession, type SessionDoor, type StreamChannel } from './alpaca-session.ts';
export { AlpacaStream, type AlpacaStreamOptions } from './alpaca-stream.ts';
export { FinnhubStream, type FinnhubStreamOptions, type TradeEvents } from './finnhub-stream.ts';
export { type StreamedTrade } from './finnhub-messages.ts';
export { KeptSocket, type KeptSocketOptions, type SocketProtocol } from './kept-socket.ts';
export { type LiveEvents, type StreamedBar } from './live-events.ts';
export { StreamRefused } from './stream-error.ts';
