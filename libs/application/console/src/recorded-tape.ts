import { encodeManifest, type ClosingReader } from '@aitrader/contracts';
import { resultOf } from '@aitrader/application-recordings';
import { endFrame, headFrame, intervalFrame, TapeError } from '@aitrader/application-time-machine';
import type { RunId } from '@aitrader/model';
import { readRecording, type Bus, type LoggedMessage, type RecordedInterval } from '@aitrader/runtime-bus';

/** A longer run is many days: a tape is of one, or a few. */
const TAPE_BYTES_MAX = 256 * 1024 * 1024;

/**
 * A recording as a tape, frame by frame; the last one has the digest of what was recorded. @throws TapeError for a run whose inputs are more than a
 * tape takes, UnknownRunError, BrokenRecordingError
 */
export async function recordedTape(bus: Bus, run: RunId): Promise<readonly Uint8Array[]> {
  const frames: Uint8Array[] = [];
  let bytes = 0;
  const add = (frame: Uint8Array): void => {
    bytes += frame.length;
    if (bytes > TAPE_BYTES_MAX)
      throw new TapeError(`${run} has more than ${TAPE_BYTES_MAX / 1024 / 1024} MiB of bars: a tape is of a few days`);
    frames.push(frame);
  };
  const heard = new Heard();
  let intervals = 0;
  const { digest } = await resultOf(bus, run);
  await readRecording(bus, run, {
    onInterval: (interval, manifest, opening) => {
      if (intervals === 0) add(headFrame(Buffer.from(encodeManifest(manifest)), opened(opening)));
      const bars = Array.from({ length: manifest.shards }, (_, shard) => messageOf(interval, 'bars', shard));
      add(
        intervalFrame(
          bars.map(({ data }) => data),
          heard.by(interval, bars),
        ),
      );
      intervals += 1;
    },
  });
  if (intervals === 0) throw new TapeError(`${run} has no interval that is whole`);
  add(endFrame(digest, intervals));
  return frames;
}

const opened = (opening: ClosingReader | undefined) => opening?.closing(() => true);

function messageOf(interval: RecordedInterval, fact: 'bars' | 'orders', shard: number): LoggedMessage {
  const message = interval.message(fact, shard);
  if (message === undefined) throw new TapeError(`interval ${interval.t} has no ${fact}`);
  return message;
}

/**
 * Who heard which command at which interval. On the bus execution and the stages of the shards handle an interval before risk does, and so hear a
 * command that was recorded meanwhile with the next one.
 */
class Heard {
  /** commands that some stage has not heard yet, with what is known of who has */
  readonly #pending: { readonly message: LoggedMessage; execution: boolean; readonly shards: boolean[] }[] = [];
  /** place of risk's decision on the interval before, which execution awaits */
  #decidedAt = 0;

  by(interval: RecordedInterval, bars: readonly LoggedMessage[]): Parameters<typeof intervalFrame>[1] {
    const fresh = interval.control.map((message) => ({ message, execution: false, shards: bars.map(() => false) }));
    this.#pending.push(...fresh);
    const handledFrom = Math.max(this.#decidedAt, ...bars.map(({ seq }) => seq));
    this.#decidedAt = messageOf(interval, 'orders', -1).seq;
    if (this.#pending.length === 0) return null;
    const payloads: Uint8Array[] = [];
    const told = { risk: [] as number[], execution: [] as number[], shards: bars.map(() => [] as number[]) };
    for (const [n, pending] of this.#pending.entries()) {
      const { message, shards } = pending;
      payloads.push(message.data);
      if (fresh.some((one) => one === pending)) told.risk.push(n);
      if (!pending.execution && message.seq < handledFrom) {
        pending.execution = true;
        told.execution.push(n);
      }
      for (const [shard, { seq }] of bars.entries()) {
        if (shards[shard] === true || message.seq >= seq) continue;
        shards[shard] = true;
        told.shards[shard]?.push(n);
      }
    }
    for (let i = this.#pending.length - 1; i >= 0; i--) {
      const pending = this.#pending[i];
      if (pending?.execution === true && pending.shards.every(Boolean)) this.#pending.splice(i, 1);
    }
    return { payloads, ...told };
  }
}
