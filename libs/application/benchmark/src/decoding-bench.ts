import { decode, encode } from '@msgpack/msgpack';
import { alpacaMessages } from '@aitrader/adapter-live-bars';
import { quantileOf } from './quantile.ts';

/** A vendor sends the bars of a minute in frames of about so many. */
const FRAME_MESSAGES = 500;
/** What one ingest process is to be able to decode in a second, and is measured on. */
const MESSAGES = 10_000;
/** Of the same messages in turns, until each way has had enough to be compiled and measured. */
const ROUNDS = 30;
const WARM_UP_ROUNDS = 5;

export interface DecodingFigures {
  readonly codec: 'json' | 'msgpack';
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

function decodingOf(codec: DecodingFigures['codec'], onProgress: (share: number) => void): DecodingFigures {
  const frames = framesOf(codec);
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
  (codec: DecodingFigures['codec']) =>
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

/** Minute bars of as many symbols as there are messages, with the fields that the vendor sends. */
function framesOf(codec: DecodingFigures['codec']): Uint8Array[] {
  const minute = Date.UTC(2024, 6, 2, 14);
  const messages = Array.from({ length: MESSAGES }, (_, i) => {
    const cents = 1000 + ((i * 7919) % 50_000);
    return {
      T: 'b',
      S: symbolOf(i),
      ...{ o: cents / 100, h: (cents + 12) / 100, l: (cents - 9) / 100, c: (cents + 3) / 100, v: 100 + ((i * 31) % 90_000) },
      t: codec === 'json' ? new Date(minute).toISOString() : new Date(minute),
      ...{ n: 1 + (i % 900), vw: cents / 100 + 0.0013 },
    };
  });
  return Array.from({ length: MESSAGES / FRAME_MESSAGES }, (_, frame) => {
    const own = messages.slice(frame * FRAME_MESSAGES, (frame + 1) * FRAME_MESSAGES);
    return codec === 'json' ? new TextEncoder().encode(JSON.stringify(own)) : encode(own);
  });
}

const LETTERS = 26;
const A = 65;
/** Four letters, another word for each number below 26⁴. */
const symbolOf = (i: number): string =>
  String.fromCharCode(...[3, 2, 1, 0].map((power) => A + (Math.floor(i / LETTERS ** power) % LETTERS)));
