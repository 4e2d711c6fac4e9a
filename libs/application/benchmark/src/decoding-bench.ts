import { decode } from '@msgpack/msgpack';
import { alpacaMessages } from '@aitrader/adapter-live-bars';
import { quantileOf } from './quantile.ts';
import { framesOf, symbolNames, type StreamCodec } from './streamed-bars.ts';

/** What one ingest process is to be able to decode in a second, and is measured on. */
const MESSAGES = 10_000;
/** The one that all bars are of, in minutes since 1970. */
const MINUTE = Date.UTC(2024, 6, 2, 14) / 60_000;
/** Of the same messages in turns, until each way has had enough to be compiled and measured. */
const ROUNDS = 30;
const WARM_UP_ROUNDS = 5;

export interface DecodingFigures {
  readonly codec: StreamCodec;
  readonly messages: number;
  readonly bytesPerMessage: number;
  /** frames decoded, every message checked and made a bar, for each second of a core */
  readonly messagesPerSecond: number;
  /** the same frames through JSON.parse, or the bare msgpack decoder, and dropped */
  readonly bareMessagesPerSecond: number;
  readonly shareOfBare: number;
}

/** How fast messages of a vendor's stream are decoded, as JSON and as msgpack, beside a bare decoding of the same frames: medians, in turns. */
export function benchDecoding(onProgress: (share: number) => void): DecodingFigures[] {
  const codecs = ['json', 'msgpack'] as const;
  return codecs.map((codec, i) => decodingOf(codec, (share) => onProgress((i + share) / codecs.length)));
}

function decodingOf(codec: StreamCodec, onProgress: (share: number) => void): DecodingFigures {
  const frames = framesOf(symbolNames(MESSAGES), MINUTE, { codec });
  const text = new TextDecoder();
  const bare =
    codec === 'json'
      ? (frame: Uint8Array) => JSON.parse(text.decode(frame)) as unknown[]
      : (frame: Uint8Array) => decode(frame) as unknown[];
  const [ours, bares]: [number[], number[]] = [[], []];
  for (let round = 0; round < WARM_UP_ROUNDS + ROUNDS; round++) {
    const bareRate = rateOf(frames, (frame) => bare(frame).length);
    const ownRate = rateOf(frames, barsIn(codec));
    if (round >= WARM_UP_ROUNDS) {
      bares.push(bareRate);
      ours.push(ownRate);
    }
    onProgress((round + 1) / (WARM_UP_ROUNDS + ROUNDS));
  }
  const [messagesPerSecond, bareMessagesPerSecond] = [quantileOf(ours, MEDIAN), quantileOf(bares, MEDIAN)];
  const bytes = frames.reduce((sum, frame) => sum + frame.length, 0);
  return {
    codec,
    messages: MESSAGES,
    bytesPerMessage: bytes / MESSAGES,
    messagesPerSecond,
    bareMessagesPerSecond,
    shareOfBare: messagesPerSecond / bareMessagesPerSecond,
  };
}

const MEDIAN = 0.5;

const barsIn =
  (codec: StreamCodec) =>
  (frame: Uint8Array): number => {
    let bars = 0;
    for (const { kind } of alpacaMessages(frame, codec)) if (kind === 'bar') bars++;
    return bars;
  };

/** Messages for each second of a core's time. @throws Error when not every message was decoded */
function rateOf(frames: readonly Uint8Array[], messagesIn: (frame: Uint8Array) => number): number {
  const begun = process.cpuUsage();
  let messages = 0;
  for (const frame of frames) messages += messagesIn(frame);
  const { user, system } = process.cpuUsage(begun);
  if (messages !== MESSAGES) throw new Error(`${messages} of ${MESSAGES} messages were decoded`);
  return messages / ((user + system) / MICROSECONDS);
}

const MICROSECONDS = 1e6;
