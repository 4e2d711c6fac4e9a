import type { Closing, Manifest } from '@aitrader/model';
import type { Schedule, StageState } from '@aitrader/runtime-bus';
import type { BoundStage } from '@aitrader/runtime-engine';

/** What a stage keeps from interval to interval: the stage with its state, which checkpoints store, and slices that are filled anew. */
export interface StageInstance {
  readonly stage: StageState & Pick<BoundStage<never, never>, 'layout' | 'goOn'>;
  /** told what the run goes on from, where more than the stage's own state is to be taken up */
  readonly opened?: (opening: Closing) => void;
  /** when the scheduled facts that it reads or writes are sent, where there are any */
  readonly schedule?: Schedule;
  /** whether it hears its recording message by message, instead of by complete intervals */
  readonly isSequenced?: boolean;
}

/** A stage's instances in this process, one per shard that falls to it, or the account's one. */
export class StageInstances<Instance extends StageInstance> {
  readonly #make: (manifest: Manifest, shard: number) => Instance;
  readonly #instances = new Map<number, Instance>();

  constructor(make: (manifest: Manifest, shard: number) => Instance) {
    this.#make = make;
  }

  /** Makes the instance of a shard (−1: the account) at its initial state. */
  open(manifest: Manifest, shard: number): Instance {
    const instance = this.#make(manifest, shard);
    this.#instances.set(shard, instance);
    return instance;
  }

  /** @throws Error when the shard is not this process's */
  of(shard: number): Instance {
    const instance = this.#instances.get(shard);
    if (instance === undefined) throw new Error(`shard ${shard} is not handled here`);
    return instance;
  }
}
