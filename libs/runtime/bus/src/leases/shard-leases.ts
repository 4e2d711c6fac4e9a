import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from 'winston';
import type { StageName } from '@aitrader/contracts';
import type { RunId } from '@aitrader/model';
import { alreadyRuns, hold, lifeOf, type Build } from '../claim.ts';
import type { Bus } from '../connection.ts';
import { FencedError } from '../errors.ts';
import { LeaseBucket, REPLICA_MS_MAX, type LeaseTable, type ReplicaEntry } from './lease-bucket.ts';
import { planLeases } from './lease-plan.ts';

/** How often a replica says that it is there: three words may be lost before it is taken to be gone. */
const BEAT_MS = 1_500;
/** How often it looks who is there, and whether its share is another one. */
const LOOK_MS = 500;
/** Looks in a row at which a replica has no connection before it is taken to be gone: one that reconnects has one soon. */
const GONE_LOOKS = 2;
/** How often a shard that is ours is begun again, in a row, while somebody else still writes to it. */
const FENCED_MAX = 20;

/** How often it is looked whether what is held is certain. */
const OWN_WAIT_MS = 50;
/** Shards that are begun or ended at the same time: each asks the server for several things. */
const TOGETHER_MAX = 16;

/** What a process does with the shards that it is to run. */
export interface ShardDuties {
  /** begins a shard. @throws FencedError when another copy still answers for it, or has written in between: it is tried again */
  readonly take: (shard: number) => Promise<void>;
  /** ends a shard at an interval, with all that was said stored and a checkpoint left behind */
  readonly handOver: (shard: number) => Promise<void>;
  /** ends a shard at once: it is another's already */
  readonly giveUp: (shard: number) => Promise<void>;
}

export interface ShardLeasesOptions {
  readonly bus: Bus;
  readonly run: RunId;
  readonly stage: StageName;
  /** all shards of the stage: of a stage of the account −1 alone */
  readonly shards: readonly number[];
  readonly build: Build;
  /** whether it may be there without a shard; one that may not ends when another copy lives that has all, or when its own is another's */
  readonly mayWait: boolean;
  readonly duties: ShardDuties;
  readonly logger: Logger;
  readonly failed: (error: Error) => void;
}

/** A shard of ours: its token, and how often it was begun in a row without success. */
interface Held {
  readonly token: number;
  isRunning: boolean;
  fenced: number;
}

/**
 * Which shards of a stage this process runs, among however many that come and go. A lease says who ought to run a shard; who writes is
 * settled by the sequence at which a subject is expected to end, so that no lease that is wrong can lose or double anything.
 * 1. A shard is begun by whoever took its lease, by a revision that nobody else saw, and ended before it is let go.
 * 2. A replica is there as long as it says so by the server's clock; one whose connection is gone is not waited for.
 * 3. Whoever finds that a shard is another's ends it, and goes on with its other ones.
 */
export class ShardLeases {
  readonly #options: ShardLeasesOptions;
  #opened: LeaseBucket | undefined;
  readonly #id = randomUUID();
  readonly #held = new Map<number, Held>();
  /** looks in a row at which a replica had no connection */
  readonly #absent = new Map<string, number>();
  readonly #end = new AbortController();
  #revision = 0;
  #since: number | undefined;
  #saidAt = Number.NEGATIVE_INFINITY;
  /** until when nobody can have taken what is held, by the own monotonic clock */
  #ownUntil = Number.NEGATIVE_INFINITY;
  #release: () => void = () => undefined;
  #rounds: Promise<unknown> = Promise.resolve();
  #beats: Promise<unknown> = Promise.resolve();

  constructor(options: ShardLeasesOptions) {
    this.#options = options;
  }

  /** Says that this process is there, and begins the shards that are free and of its share. @throws FencedError, or what a shard's begin throws */
  async begin(): Promise<void> {
    const { bus, run, stage, build } = this.#options;
    this.#opened = await LeaseBucket.open(bus, run, stage);
    this.#release = await hold(bus, run, stage, this.#id, { build });
    await this.#say();
    await this.#look(1).catch((error: unknown) => {
      throw error instanceof DutyFailed ? error.cause : error;
    });
    this.#beats = this.#every(BEAT_MS, () => this.#say());
    this.#rounds = this.#every(LOOK_MS, () => this.#look(GONE_LOOKS));
  }

  get #bucket(): LeaseBucket {
    if (this.#opened === undefined) throw new Error('the leases are not open');
    return this.#opened;
  }

  /**
   * Resolves when what this process holds is its own for certain: it was seen to be after a word that is not too old, by the own monotonic
   * clock. So whoever was frozen waits until it knows. Resolves, too, when there is nothing left to wait for.
   */
  async whenOwn(): Promise<void> {
    const { signal } = this.#end;
    while (performance.now() >= this.#ownUntil && !signal.aborted)
      await sleep(OWN_WAIT_MS, undefined, { signal }).catch(() => undefined);
  }

  /** Another copy has written in a shard's place, and its instance here has ended: it is begun again while it is ours. */
  fenced(shard: number, error: FencedError): void {
    const held = this.#held.get(shard);
    if (held === undefined) return;
    held.isRunning = false;
    held.fenced += 1;
    this.#options.logger.warn('fenced off', { shard, error });
  }

  /** Looks no more and takes nothing more, and hands over what it has: the others need not wait until its word is old. */
  async leave(): Promise<void> {
    this.#end.abort();
    await Promise.all([this.#rounds, this.#beats]);
    if (this.#opened === undefined) return;
    try {
      const running = [...this.#held].filter(([, { isRunning }]) => isRunning);
      await inParallel(running, ([shard]) => this.#options.duties.handOver(shard));
    } finally {
      this.#release();
      await inParallel([...this.#held], ([shard, { token }]) => this.#bucket.pass(shard, null, token)).catch(() => undefined);
      await this.#bucket.leave(this.#id, this.#revision).catch(() => undefined);
    }
  }

  /** Does it again and again; what the bus cannot do for now it may do the next time. */
  async #every(ms: number, work: () => Promise<void>): Promise<void> {
    const { signal } = this.#end;
    for (;;) {
      await sleep(ms, undefined, { signal }).catch(() => undefined);
      if (signal.aborted) return;
      try {
        await work();
      } catch (error) {
        if (error instanceof DutyFailed) {
          this.#end.abort();
          this.#options.failed(error.cause);
        } else this.#options.logger.warn('the leases cannot be kept for now', { error });
      }
    }
  }

  async #say(): Promise<void> {
    const { build } = this.#options;
    const says = { name: `process ${process.pid}`, build: build.hash, commit: build.commit };
    const at = performance.now();
    let revision = await this.#bucket.say(this.#id, says, this.#since, this.#revision);
    if (revision === undefined) {
      // its word has grown too old and is forgotten, or an answer was lost
      const known = (await this.#bucket.read()).replicas.find(({ id }) => id === this.#id);
      this.#since = known?.since;
      revision = await this.#bucket.say(this.#id, says, known?.since, known?.revision ?? 0);
    }
    if (revision === undefined) return;
    this.#revision = revision;
    this.#since ??= revision;
    this.#saidAt = at;
  }

  /** Comes nearer to its share of the shards. */
  async #look(goneLooks: number): Promise<void> {
    const saidAt = this.#saidAt;
    const table = await this.#bucket.read();
    await this.#compare(table);
    this.#ownUntil = saidAt + REPLICA_MS_MAX;
    if (!table.replicas.some(({ id }) => id === this.#id)) return;
    const living = await this.#living(table.replicas, goneLooks);
    const { shards } = this.#options;
    const holders = new Map([...table.leases].flatMap(([shard, { holder }]) => (holder === null ? [] : [[shard, holder]])));
    const { take, handOver } = planLeases(this.#id, living, shards, holders);
    await inParallel(handOver, (shard) => this.#handOver(shard));
    await inParallel(take, (shard) => this.#take(shard, table.leases.get(shard)?.token ?? 0));
    await inParallel(
      [...this.#held].filter(([, { isRunning }]) => !isRunning),
      ([shard, held]) => this.#begin(shard, held),
    );
    if (take.length === 0 && this.#held.size === 0) this.#refuseToWait(living, holders);
  }

  /** Ends what is another's by now, and takes for its own what it was given without having heard so. */
  async #compare({ leases }: LeaseTable): Promise<void> {
    for (const [shard, { isRunning }] of this.#held) {
      if (leases.get(shard)?.holder === this.#id) continue;
      this.#held.delete(shard);
      this.#options.logger.warn('a shard is another’s', { shard });
      if (isRunning) await this.#duty(() => this.#options.duties.giveUp(shard));
      const { mayWait, run, stage } = this.#options;
      if (!mayWait) throw new DutyFailed(new FencedError(`fenced off: another copy has taken ${stage} of ${run}`));
    }
    for (const [shard, { holder, token }] of leases)
      if (holder === this.#id && !this.#held.has(shard)) this.#held.set(shard, { token, isRunning: false, fenced: 0 });
  }

  /** Those who are there: all that have said so, but for those without a connection. One that is merely silent may be frozen, and is waited for. */
  async #living(replicas: readonly ReplicaEntry[], goneLooks: number): Promise<readonly ReplicaEntry[]> {
    const { bus, run, stage } = this.#options;
    const lives = replicas.map(async (replica) => {
      const life = replica.id === this.#id ? 'answers' : await lifeOf(bus, run, stage, replica.id);
      return { replica, life };
    });
    return (await Promise.all(lives)).flatMap(({ replica, life }) => {
      const absent = life === 'gone' ? (this.#absent.get(replica.id) ?? 0) + 1 : 0;
      this.#absent.set(replica.id, absent);
      return absent < goneLooks ? [replica] : [];
    });
  }

  async #take(shard: number, token: number): Promise<void> {
    const taken = await this.#bucket.pass(shard, this.#id, token);
    if (taken !== undefined) this.#held.set(shard, { token: taken, isRunning: false, fenced: 0 });
  }

  async #begin(shard: number, held: Held): Promise<void> {
    if (held.fenced > FENCED_MAX)
      throw new DutyFailed(new FencedError(`fenced off: somebody else writes for shard ${shard}, whose lease is ours`));
    held.isRunning = true;
    try {
      await this.#duty(() => this.#options.duties.take(shard));
      this.#options.logger.info('holds', { shard, token: held.token });
    } catch (error) {
      held.isRunning = false;
      if (!(error instanceof DutyFailed && error.cause instanceof FencedError)) throw error;
      if (!this.#options.mayWait) throw error;
      held.fenced += 1;
      this.#options.logger.warn('cannot begin yet', { shard, error: error.cause });
    }
  }

  async #handOver(shard: number): Promise<void> {
    const held = this.#held.get(shard);
    if (held === undefined) return;
    if (held.isRunning) await this.#duty(() => this.#options.duties.handOver(shard));
    held.isRunning = false;
    this.#held.delete(shard);
    await this.#bucket.pass(shard, null, held.token);
    this.#options.logger.info('handed over', { shard });
  }

  async #duty(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      throw new DutyFailed(error instanceof Error ? error : new Error(String(error)));
    }
  }

  /** @throws FencedError of a process that may not stand by, when another one has what there is and answers */
  #refuseToWait(living: readonly ReplicaEntry[], holders: ReadonlyMap<number, string>): void {
    const { mayWait, run, stage, shards } = this.#options;
    if (mayWait) return;
    for (const shard of shards) {
      const holder = living.find(({ id }) => id === holders.get(shard) && this.#absent.get(id) === 0);
      if (holder !== undefined)
        throw new DutyFailed(new FencedError(`fenced off: ${alreadyRuns(holder, run, stage, shard)}; this second copy stops`));
    }
  }
}

async function inParallel<T>(all: readonly T[], work: (one: T) => Promise<unknown>): Promise<void> {
  for (let i = 0; i < all.length; i += TOGETHER_MAX) await Promise.all(all.slice(i, i + TOGETHER_MAX).map(work));
}

/** What the process was to do has failed, and not the keeping of leases. */
class DutyFailed extends Error {
  override readonly name = 'DutyFailed';
  override readonly cause: Error;
  constructor(cause: Error) {
    super(cause.message);
    this.cause = cause;
  }
}
