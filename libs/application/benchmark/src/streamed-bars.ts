import { encode } from '@msgpack/msgpack';

export type StreamCodec = 'json' | 'msgpack';

/** How messages are streamed: in which code, and how many in one frame. */
export interface StreamShape {
  readonly codec: StreamCodec;
  readonly perFrame?: number;
}

const MINUTE_MS = 60_000;
/** A vendor that sends the bars of a minute in frames sends about so many in one. */
export const FRAME_MESSAGES = 500;
/** Start of the first minute of a market that is streamed as fast as it is taken: regular hours of a common day, epoch ms. */
export const FLOOD_FROM = Date.UTC(2024, 6, 2, 14);
const LETTERS = 26;
const A = 65;

/** So many names of four letters, all different below 26⁴, in canonical order. */
export const symbolNames = (count: number): string[] => Array.from({ length: count }, (_, i) => nameOf(i));

const nameOf = (i: number): string =>
  String.fromCharCode(...[3, 2, 1, 0].map((power) => A + (Math.floor(i / LETTERS ** power) % LETTERS)));

/** Half a minute after it was streamed, the bar of every so manieth symbol is corrected. */
const CORRECTED_EVERY = 50;
export const CORRECTED_MS = 30_000;
const isCorrected = (i: number): boolean => i % CORRECTED_EVERY === 0;

/** The bar of the symbol of number `i` in the end, as {@link figuresOf} gives the first version of it. */
export const finalFiguresOf = (i: number, minute: number): ReturnType<typeof figuresOf> => {
  const first = figuresOf(i, minute);
  return isCorrected(i) ? { ...first, v: first.v + 10 } : first;
};

/** The figures of a made-up bar of the symbol of number `i`, as the vendor names them: a wave of its own with some noise, in whole cents. */
export function figuresOf(i: number, minute: number): Readonly<Record<'o' | 'h' | 'l' | 'c' | 'v' | 'n' | 'vw', number>> {
  const [before, cents] = [centsAt(i, minute - 1), centsAt(i, minute)];
  const noise = noiseOf(i, minute);
  const [high, low] = [Math.max(before, cents) + (noise % 7), Math.min(before, cents) - ((noise >>> 3) % 7)];
  return {
    o: before / 100,
    h: high / 100,
    l: low / 100,
    c: cents / 100,
    v: 100 + (noise % 90_000),
    n: 1 + (noise % 900),
    vw: (high + low) / 200 + 0.0013,
  };
}

const centsAt = (i: number, minute: number): number => {
  const home = 1_000 + ((i * 7_919) % 50_000);
  return Math.round(home * (1 + 0.02 * Math.sin(minute / 9 + i)) + (noiseOf(i, minute) % 13));
};

const noiseOf = (i: number, minute: number): number => {
  const bits = Math.imul(Math.imul(i + 1, 0x9e3779b9) ^ Math.imul(minute + 1, 0x85ebca6b), 0xc2b2ae35);
  return (bits ^ (bits >>> 15)) >>> 0;
};

/**
 * The frames in which a vendor streams a minute's bars, or with `kind` u its corrections of them, with all fields that Alpaca sends.
 * `minute` counts minutes since 1970 and is the one that begins then.
 */
export function framesOf(
  symbols: readonly string[],
  minute: number,
  { codec, perFrame = FRAME_MESSAGES }: StreamShape,
  kind: 'b' | 'u' = 'b',
): Uint8Array[] {
  const start = new Date(minute * MINUTE_MS);
  const t = codec === 'json' ? start.toISOString() : start;
  const figures = kind === 'b' ? figuresOf : finalFiguresOf;
  const messages = symbols.flatMap((S, i) => (kind === 'b' || isCorrected(i) ? [{ T: kind, S, ...figures(i, minute), t }] : []));
  return Array.from({ length: Math.ceil(messages.length / perFrame) }, (_, frame) => {
    const own = messages.slice(frame * perFrame, (frame + 1) * perFrame);
    return codec === 'json' ? new TextEncoder().encode(JSON.stringify(own)) : encode(own);
  });
}
