import { RetentionPolicy, StorageType, StoreCompression, jetstreamManager, type JetStreamManager } from '@nats-io/jetstream';
import { STAGES, checkpointsApiOf, leaseBucketOf, leaseSubject, subjectsOfBucket, type StageName } from '@aitrader/contracts';
import type { RunId } from '@aitrader/model';
import { copiesOn, type Bus } from '../connection.ts';
import { JETSTREAM_CODE, hasCode } from '../errors.ts';
import { numberIn } from '../message-headers.ts';

/** How long the server takes a replica to be there that does not say so again, by the server's own clock. */
export const REPLICA_MS_MAX = 6_000;
/** What is left behind of a replica that has left: no longer than the server can count. */
const LEFT_MS_MAX = 1_000;
const ANSWER_MS_MAX = 5_000;
const MS_PER_S = 1_000;
/** How the server ends what it was asked for: that was all; there is nothing. */
const [END_OF_BATCH, NOTHING] = [204, 404];

/** What a replica says of itself. */
export interface ReplicaSays {
  /** as it names itself to people */
  readonly name: string;
  /** what it was built from, as manifests have it; '' of one that does not know */
  readonly build: string;
  readonly commit: string;
}

/** A replica that is there. */
export interface ReplicaEntry extends ReplicaSays {
  readonly id: string;
  /** revision that it came with: later ones are larger */
  readonly since: number;
  /** revision of its last word */
  readonly revision: number;
}

/** Who holds a shard. The revision at which it was taken is the token that fences off whoever held it before. */
export interface LeaseEntry {
  readonly holder: string | null;
  readonly token: number;
}

export interface LeaseTable {
  readonly replicas: readonly ReplicaEntry[];
  /** shards that were held once */
  readonly leases: ReadonlyMap<number, LeaseEntry>;
}

/**
 * The leases of a stage's shards in one run: a key-value bucket in the account of the service. A replica's own key lives for as long as it
 * says so, by the server's clock; a shard's key names a replica, and changes hands by its revision, so that of two who want it one has it.
 */
export class LeaseBucket {
  readonly #bus: Bus;
  readonly #bucket: string;
  readonly #stage: StageName;

  private constructor(bus: Bus, run: RunId, stage: StageName) {
    this.#bus = bus;
    this.#bucket = leaseBucketOf(run);
    this.#stage = stage;
  }

  /** @throws the server's error, such as that there is no room */
  static async open(bus: Bus, run: RunId, stage: StageName): Promise<LeaseBucket> {
    const manager = await jetstreamManager(bus.nc, { timeout: ANSWER_MS_MAX, checkAPI: false });
    const name = leaseBucketOf(run);
    await manager.streams.add({
      name: `KV_${name}`,
      subjects: [subjectsOfBucket(name)],
      storage: StorageType.File,
      retention: RetentionPolicy.Limits,
      compression: StoreCompression.None,
      num_replicas: copiesOn(bus),
      max_msgs_per_subject: 1,
      allow_direct: true,
      allow_rollup_hdrs: true,
      deny_delete: true,
      allow_msg_ttl: true,
    });
    return new LeaseBucket(bus, run, stage);
  }

  /** Drops the leases of a run, if there are any, of every stage: for the recordings' owner. */
  static async drop(bus: Bus, run: RunId): Promise<void> {
    const managers: JetStreamManager[] = bus.hasAccounts
      ? await Promise.all(
          STAGES.map((stage) => jetstreamManager(bus.nc, { apiPrefix: checkpointsApiOf(stage), checkAPI: false })),
        )
      : [bus.jsm];
    for (const manager of managers) {
      await manager.streams.delete(`KV_${leaseBucketOf(run)}`).catch((error: unknown) => {
        if (!hasCode(error, JETSTREAM_CODE.streamNotFound)) throw error;
      });
    }
  }

  /** @throws the server's error, or that it does not answer */
  async read(): Promise<LeaseTable> {
    const [replicas, shards] = await Promise.all([this.#values('replica'), this.#values('shard')]);
    return {
      replicas: replicas.flatMap(({ key: id, revision, value }) => {
        const said = value as Partial<ReplicaSays> & { readonly since?: number; readonly left?: boolean };
        if (said.left === true) return [];
        const { name = id, build = '', commit = '', since = revision } = said;
        return [{ id, name, build, commit, since, revision }];
      }),
      leases: new Map(
        shards.map(({ key, revision, value }) => [
          Number(key),
          { holder: (value as { readonly holder: string | null }).holder, token: revision },
        ]),
      ),
    };
  }

  /** Says that a replica is there, or still is. Returns the revision; undefined when its key is not what it was. */
  async say(id: string, says: ReplicaSays, since: number | undefined, revision: number): Promise<number | undefined> {
    const value = since === undefined ? says : { ...says, since };
    return this.#put(leaseSubject(this.#bucket, this.#stage, 'replica', id), value, revision, REPLICA_MS_MAX);
  }

  /** Says that a replica is gone. */
  async leave(id: string, revision: number): Promise<void> {
    await this.#put(leaseSubject(this.#bucket, this.#stage, 'replica', id), { left: true }, revision, LEFT_MS_MAX);
  }

  /** Takes a shard, or lets it go for `null`, where its token is what it was. Returns the new one; undefined when somebody else was quicker. */
  async pass(shard: number, to: string | null, token: number): Promise<number | undefined> {
    return this.#put(leaseSubject(this.#bucket, this.#stage, 'shard', String(shard)), { holder: to }, token);
  }

  async #put(subject: string, value: object, revision: number, ttlMs?: number): Promise<number | undefined> {
    try {
      const { seq } = await this.#bus.js.publish(subject, JSON.stringify(value), {
        expect: { lastSubjectSequence: revision },
        timeout: ANSWER_MS_MAX,
        ...(ttlMs === undefined ? {} : { ttl: `${ttlMs / MS_PER_S}s` }),
      });
      return seq;
    } catch (error) {
      if (hasCode(error, JETSTREAM_CODE.wrongLastSequence)) return undefined;
      throw error;
    }
  }

  async #values(kind: 'replica' | 'shard'): Promise<readonly { key: string; revision: number; value: unknown }[]> {
    const wanted = leaseSubject(this.#bucket, this.#stage, kind, '*');
    // Every value has content: what has none is the server's own word that these were all.
    const answers = await this.#bus.nc.requestMany(
      `$JS.API.DIRECT.GET.KV_${this.#bucket}`,
      JSON.stringify({ multi_last: [wanted], batch: Number.MAX_SAFE_INTEGER }),
      { strategy: 'sentinel', maxWait: ANSWER_MS_MAX },
    );
    const values = [];
    let isWhole = false;
    for await (const answer of answers) {
      const head = answer.headers;
      if (answer.data.length === 0) {
        isWhole = head?.code === END_OF_BATCH || head?.code === NOTHING;
        continue;
      }
      const subject = head?.get('Nats-Subject') ?? '';
      const value: unknown = answer.json();
      values.push({ key: subject.slice(subject.lastIndexOf('.') + 1), revision: numberIn(head, 'Nats-Sequence'), value });
    }
    if (!isWhole) throw new Error(`the leases of ${this.#stage} cannot be read for now`);
    return values;
  }
}
