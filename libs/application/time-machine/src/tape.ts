import { decodeMultiStream, encode } from '@msgpack/msgpack';
import { decodeControl, plainFrom, plainText, readManifest, type RecordedManifest } from '@aitrader/contracts';
import type { Closing, Control } from '@aitrader/model';
import type { Digest } from '@aitrader/runtime-engine';

/*
 * A recorded run as a tape: its inputs alone, in the order in which its stages heard them, and the digest that they come to. Whoever has the
 * stages can decide it again.
 *
 * 1. What is read is what was written, to the byte.
 * 2. A tape that ends before its end is refused: it decides nothing that is not whole.
 */

/** What a run began with. */
export interface TapeHead {
  readonly manifest: RecordedManifest;
  /** what it goes on from; undefined where it begins from nothing */
  readonly opening: Closing | undefined;
}

/** The inputs of one interval. */
export interface TapeInterval {
  /** what ingest said, a payload a shard */
  readonly bars: readonly Uint8Array[];
  /** commands as risk heard them, as execution did, and as the stages of each shard did */
  readonly control: readonly Control[];
  readonly executionControl: readonly Control[];
  readonly shardControl: readonly (readonly Control[])[];
}

export interface Tape extends TapeHead {
  readonly intervals: readonly TapeInterval[];
  readonly digest: Digest;
}

/** A tape that is none, or not whole. */
export class TapeError extends Error {
  override readonly name = 'TapeError';
}

/** Commands of an interval as they stand on a tape: the payloads once, and who heard which by their number. */
interface Heard {
  readonly payloads: readonly Uint8Array[];
  readonly risk: readonly number[];
  readonly execution: readonly number[];
  readonly shards: readonly (readonly number[])[];
}
type Written =
  | { readonly kind: 'head'; readonly manifest: Uint8Array; readonly opening: string | null }
  | { readonly kind: 'interval'; readonly bars: readonly Uint8Array[]; readonly heard: Heard | null }
  | { readonly kind: 'end'; readonly digest: Digest; readonly intervals: number };

/** `manifest`: as today's version of it stands on the wire. */
export const headFrame = (manifest: Uint8Array, opening: Closing | undefined): Uint8Array =>
  frame({ kind: 'head', manifest, opening: opening === undefined ? null : plainText(opening) });

/** The numbers in `heard` are places in its payloads; null: nobody heard any. */
export const intervalFrame = (bars: readonly Uint8Array[], heard: Heard | null): Uint8Array =>
  frame({ kind: 'interval', bars, heard });

export const endFrame = (digest: Digest, intervals: number): Uint8Array => frame({ kind: 'end', digest, intervals });

const frame = (written: Written): Uint8Array => encode(written);

/** Reads a tape. @throws TapeError, ContractError for a manifest or a command that cannot be read */
export async function readTape(bytes: AsyncIterable<Uint8Array>): Promise<Tape> {
  let head: TapeHead | undefined;
  let digest: Digest | undefined;
  const intervals: TapeInterval[] = [];
  for await (const each of decodeMultiStream(bytes)) {
    const written = each as Written;
    if (digest !== undefined) throw new TapeError('there is more behind the end of the tape');
    if (written.kind === 'head') head = { manifest: readManifest(written.manifest), opening: openingOf(written.opening) };
    else if (head === undefined) throw new TapeError('the tape does not begin with what its run began with');
    else if (written.kind === 'interval') intervals.push(intervalOf(written));
    else {
      digest = written.digest;
      if (written.intervals !== intervals.length)
        throw new TapeError(`the tape has ${intervals.length} of ${written.intervals} intervals`);
    }
  }
  if (head === undefined || digest === undefined) throw new TapeError('the tape ends before its end');
  return { ...head, intervals, digest };
}

const openingOf = (text: string | null): Closing | undefined => (text === null ? undefined : (plainFrom(text) as Closing));

function intervalOf({ bars, heard }: Extract<Written, { kind: 'interval' }>): TapeInterval {
  if (heard === null) return { bars, control: [], executionControl: [], shardControl: bars.map(() => []) };
  const commands = heard.payloads.map(decodeControl);
  const of = (numbers: readonly number[]): readonly Control[] =>
    numbers.map((n) => {
      const command = commands[n];
      if (command === undefined) throw new TapeError(`there is no command ${n} in its interval`);
      return command;
    });
  return { bars, control: of(heard.risk), executionControl: of(heard.execution), shardControl: heard.shards.map(of) };
}
