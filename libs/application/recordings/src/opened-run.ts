import { ContractError } from '@aitrader/contracts';
import { newClosingReader } from '@aitrader/runtime-bus';
import type { Closing, Manifest } from '@aitrader/model';

/** What a recording says that its run goes on from. */
export class OpenedRun {
  readonly #manifest: Manifest;
  readonly #reader = newClosingReader('opening');

  constructor(manifest: Manifest) {
    this.#manifest = manifest;
  }

  /** Takes in the next message of it. Returns whether that was the last. @throws ContractError where it is not what the manifest names */
  offer(payload: Uint8Array): boolean {
    const { follows } = this.#manifest;
    if (follows === null)
      throw new ContractError('opening', '', 'is of a run that goes on from another one, and this one begins from nothing');
    this.#reader.offer(payload);
    if (this.#reader.hash !== follows.closing)
      throw new ContractError('opening', 'head', `hashes to ${this.#reader.hash}, and the manifest names ${follows.closing}`);
    if (!this.#reader.isWhole) return false;
    const { run, digest } = this.#reader.closing(() => false);
    if (run !== follows.run || digest !== follows.digest)
      throw new ContractError(
        'opening',
        'head',
        `is of ${run} with digest ${digest}, and the manifest names ${follows.run} with ${follows.digest}`,
      );
    return true;
  }

  /** whether all of it was there that the manifest promises */
  get isWhole(): boolean {
    return this.#manifest.follows === null || this.#reader.isWhole;
  }

  /** What was left, its states fresh ones. @throws ContractError before all of it is there */
  closing(): Closing {
    return this.#reader.closing();
  }
}
