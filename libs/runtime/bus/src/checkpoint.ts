import { deserialize, serialize } from 'node:v8';
import { Objm, type ObjectStore } from '@nats-io/obj';
import { StorageType, jetstreamManager } from '@nats-io/jetstream';
import { STAGES, checkpointsApiOf } from '@aitrader/contracts';
import type { RunId } from '@aitrader/model';
import { copiesOn, type Bus } from './connection.ts';
import { JETSTREAM_CODE, hasCode } from './errors.ts';

/** A stage instance's state after the interval `t`, and where to go on reading. */
export interface Checkpoint {
  /** what the state was made by: configuration and code */
  readonly origin: string;
  readonly t: number;
  /** the last interval up to it that the instance said something of, −1 if none: what must be stored for the checkpoint to be of use */
  readonly said: number;
  readonly completedBy: number;
  readonly resumeFrom: number;
  readonly state: unknown;
  /** what the door of the stage remembers of the messages up to here and some behind */
  readonly door: unknown;
}

const bucketOf = (run: RunId): string => `CHECKPOINTS_${run.toUpperCase()}`;

/** The checkpoints of a run's stage instances, in the account of their service. They only save time: without one, a stage starts over from the recording. */
export class Checkpoints {
  readonly #store: ObjectStore;

  private constructor(store: ObjectStore) {
    this.#store = store;
  }

  static async open(bus: Bus, run: RunId): Promise<Checkpoints> {
    return new Checkpoints(await new Objm(bus.js).create(bucketOf(run), { storage: StorageType.File, replicas: copiesOn(bus) }));
  }

  /** Bytes that `save` stores. Taken at once, since the state goes on changing. */
  static freeze(checkpoint: Checkpoint): Uint8Array {
    return serialize(checkpoint);
  }

  /** Replaces an instance's checkpoint as a whole. */
  async save(instance: string, frozen: Uint8Array): Promise<void> {
    await this.#store.putBlob({ name: instance }, frozen);
  }

  /** An instance's newest checkpoint of this origin; undefined when there is none, or none that can be read whole. */
  async load(instance: string, origin: string, damaged: (error: unknown) => void): Promise<Checkpoint | undefined> {
    try {
      const bytes = await this.#store.getBlob(instance);
      if (bytes === null) return undefined;
      const checkpoint = deserialize(bytes) as Checkpoint;
      return checkpoint.origin === origin ? checkpoint : undefined;
    } catch (error) {
      damaged(error);
      return undefined;
    }
  }

  /** Drops all checkpoints of a run, if there are any, of every service: for the recordings' owner. Needs no room in the store. */
  static async drop(bus: Bus, run: RunId): Promise<void> {
    const managers = bus.hasAccounts
      ? STAGES.map((stage) => jetstreamManager(bus.nc, { apiPrefix: checkpointsApiOf(stage), checkAPI: false }))
      : [];
    // those of a run of before there were accounts are the owner's own
    for (const manager of [bus.jsm, ...(await Promise.all(managers))]) {
      await manager.streams.delete(`OBJ_${bucketOf(run)}`).catch((error: unknown) => {
        if (!hasCode(error, JETSTREAM_CODE.streamNotFound)) throw error;
      });
    }
  }
}
