import { encodeBars, encodeControl, encodeManifest } from '@aitrader/contracts';
import type { Control, Manifest } from '@aitrader/model';
import type { Digest, Interval } from '@aitrader/runtime-engine';
import { endFrame, headFrame, intervalFrame } from './tape.ts';

const utf8 = new TextEncoder();

/** Puts a run that one process decides on a tape, interval by interval, without a recording. It begins from nothing. */
export class TapeWriter {
  readonly #frames: Uint8Array[];
  #intervals = 0;

  constructor(manifest: Manifest) {
    this.#frames = [headFrame(utf8.encode(encodeManifest(manifest)), undefined)];
  }

  /** In one process every stage hears a command with the same interval. */
  readonly add = ({ bars, control }: Pick<Interval, 'bars' | 'control'>): void => {
    const payloads = bars.map((slice) => utf8.encode(encodeBars(slice)));
    this.#frames.push(intervalFrame(payloads, control.length === 0 ? null : heardByAll(control, bars.length)));
    this.#intervals += 1;
  };

  /** The frames of the whole tape. */
  end(digest: Digest): readonly Uint8Array[] {
    return [...this.#frames, endFrame(digest, this.#intervals)];
  }
}

function heardByAll(control: readonly Control[], shards: number): Parameters<typeof intervalFrame>[1] {
  const all = control.map((_, n) => n);
  const payloads = control.map((command) => utf8.encode(encodeControl(command)));
  return { payloads, risk: all, execution: all, shards: Array.from({ length: shards }, () => all) };
}
