// xoshiro128** 1.1, by D. Blackman and S. Vigna, "Scrambled linear pseudorandom number generators", ACM TOMS 47 (2021);
// its words are filled by a counter through the 32-bit finaliser of MurmurHash3 (A. Appleby), in the manner of SplitMix
// (G. L. Steele, D. Lea, C. H. Flood, OOPSLA 2014). Integer arithmetic only: the same numbers on every engine.

import { readUint32 } from '@aitrader/model';

/** State of a random stream: four 32-bit words, never all zero. */
export type RandomStream = Uint32Array;

const GOLDEN_GAMMA = 0x9e3779b9;
const TO_UNIT = 2 ** -32;
const WORDS = 4;

/** A stream for a seed (its low 32 bits count); the words of seeds next to each other have nothing in common. */
export function newRandomStream(seed: number): RandomStream {
  const words = new Uint32Array(WORDS);
  for (let i = 0; i < WORDS; i++) words[i] = mixed(seed + Math.imul(GOLDEN_GAMMA, i + 1));
  if (words.every((word) => word === 0)) words[0] = 1;
  return words;
}

function mixed(value: number): number {
  let bits = value | 0;
  bits = Math.imul(bits ^ (bits >>> 16), 0x85ebca6b);
  bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2ae35);
  return (bits ^ (bits >>> 16)) >>> 0;
}

/** The next 32 bits, as an integer in 0 … 2^32 − 1. */
export function nextBits(stream: RandomStream): number {
  const w0 = readUint32(stream, 0);
  const w1 = readUint32(stream, 1);
  const w2 = readUint32(stream, 2);
  const w3 = readUint32(stream, 3);
  const bits = Math.imul(rotatedLeft(Math.imul(w1, 5), 7), 9) >>> 0;
  const x2 = w2 ^ w0;
  const x3 = w3 ^ w1;
  stream[0] = w0 ^ x3;
  stream[1] = w1 ^ x2;
  stream[2] = x2 ^ (w1 << 9);
  stream[3] = rotatedLeft(x3, 11);
  return bits;
}

const rotatedLeft = (word: number, by: number): number => (word << by) | (word >>> (32 - by));

/** Uniform in [0, 1), in steps of 2^-32. */
export const nextUniform = (stream: RandomStream): number => nextBits(stream) * TO_UNIT;

/** Uniform integer in 0 … bound − 1, for bounds far below 2^32. */
export const nextBelow = (stream: RandomStream, bound: number): number => Math.floor(nextUniform(stream) * bound);

/**
 * Close to a standard normal: the sum of four 16-bit uniforms (Irwin–Hall), centred and scaled to variance 1. Within ±3.47, so
 * that a sample market has its tails from its regimes and gaps alone.
 */
export function nextBell(stream: RandomStream): number {
  const a = nextBits(stream);
  const b = nextBits(stream);
  const sum = (a & 0xffff) + (a >>> 16) + (b & 0xffff) + (b >>> 16);
  return (sum - BELL_CENTRE) * BELL_SCALE;
}

const BELL_CENTRE = 2 * 0xffff;
/** A 16-bit uniform has variance (2^32 − 1) / 12. */
const BELL_SCALE = Math.sqrt(12 / (4 * (2 ** 32 - 1)));
