import { subjectsOfRun } from '@aitrader/contracts';
import type { RunId } from '@aitrader/model';
import { readLogTo, type Bus, type LogMessage } from '@aitrader/runtime-bus';
import { boundHeaders, leafOf, type BoundMessage } from './leaf.ts';
import { HASH_BYTES } from './merkle.ts';

/** Leaves of messages of a recording, from one on. */
export interface RecordedLeaves {
  /** 32 bytes each, up to the first message that is missing */
  readonly leaves: Uint8Array;
  /** the first message that is missing; undefined when none is */
  readonly missing: number | undefined;
}

/** A stored message as its leaf binds it. */
export const boundMessage = ({ seq, subject, headers, data }: LogMessage): BoundMessage => ({
  ...{ seq, subject, data },
  headers: boundHeaders(headers),
});

/** The leaves of messages `first` … `last` as they are recorded now, hashed as they come. @throws Error of the bus */
export async function recordedLeaves(bus: Bus, run: RunId, first: number, last: number): Promise<RecordedLeaves> {
  const leaves = Buffer.alloc((last - first + 1) * HASH_BYTES);
  let next = first;
  let missing: number | undefined;
  await readLogTo(bus, last, {
    run,
    subjects: [subjectsOfRun(run)],
    from: first,
    onMessage: (message) => {
      if (message.seq !== next) missing ??= next;
      if (missing !== undefined) return;
      leaves.set(leafOf(boundMessage(message)), (next - first) * HASH_BYTES);
      next += 1;
    },
  });
  if (next <= last) missing ??= next;
  return { leaves: leaves.subarray(0, (next - first) * HASH_BYTES), missing };
}

/** A message as its leaf binds it; undefined when it is missing. */
export async function recordedMessage(bus: Bus, run: RunId, seq: number): Promise<BoundMessage | undefined> {
  let found: BoundMessage | undefined;
  await readLogTo(bus, seq, {
    run,
    subjects: [subjectsOfRun(run)],
    from: seq,
    onMessage: (message) => {
      if (message.seq === seq) found = { ...boundMessage(message), data: Uint8Array.from(message.data) };
    },
  });
  return found;
}
