import type { Logger } from 'winston';
import { TOPOLOGY, type StageName } from '@aitrader/contracts';
import type { Manifest, RunId } from '@aitrader/model';
import { Checkpoints } from './checkpoint.ts';
import { claim, type Build, type Standing } from './claim.ts';
import type { Bus } from './connection.ts';
import { readLog, type LogReading } from './log-reader.ts';
import { FencedPublisher } from './publisher.ts';
import type { Said, StageReading } from './stage-reading.ts';

/** Intervals whose output is stored together by a stage that runs ahead, while more input is known to come. */
const TOGETHER_INTERVALS = 64;
const PATIENCE_MS = 5;

/** The state of a stage instance as checkpoints see it. */
export interface StageState {
  /** the live state: plain data */
  readonly snapshot: () => unknown;
  readonly restore: (state: unknown) => void;
  /** whether the state can be taken up behind the last interval; always, when it is not said */
  readonly isAtRest?: () => boolean;
}

/** What every message has to pass before the stage hears it. */
export interface StageDoor {
  /** throws for a message that should not be there: the stage stops then */
  readonly admit: (message: {
    readonly seq: number;
    readonly subject: string;
    readonly data: Uint8Array;
    readonly header: (name: string) => string;
  }) => void;
  /** what it remembers, as plain data; messages behind a checkpoint are admitted a second time after a restart */
  readonly snapshot: () => unknown;
  readonly restore: (door: unknown) => void;
}

export interface StageRunnerOptions<Heard> {
  readonly bus: Bus;
  readonly manifest: Manifest;
  readonly stage: StageName;
  /** −1 for a stage of the account */
  readonly shard: number;
  /** what it reads, in what pieces, and what it has to say of each */
  readonly reading: StageReading<Heard>;
  /** version of this code: a state of another version is not taken up */
  readonly codeVersion: string;
  /** what this process was built from, for whoever asks who runs the instance */
  readonly build?: Build;
  readonly state: StageState;
  readonly door: StageDoor;
  /** decodes, applies the pure stage, encodes: called for one thing heard after the other */
  readonly handle: (heard: Heard) => Promise<readonly Said[]>;
  readonly publisher: FencedPublisher;
  readonly checkpoints: Checkpoints;
  /** intervals between two checkpoints */
  readonly checkpointEvery: number;
  readonly logger: Logger;
  readonly failed: (error: Error) => void;
}

/**
 * Drives one stage instance: reads the recording in order, applies what the intake releases, publishes what the stage says.
 * 1. Output depends on the recording alone; a restart recomputes it and skips what is already stored.
 * 2. A checkpoint is stored only after all output up to its interval is.
 */
export class StageRunner<Heard> {
  readonly #options: StageRunnerOptions<Heard>;
  readonly #instance: string;
  #intake: ReturnType<StageReading<Heard>['intake']>;
  #reading: LogReading | undefined;
  #unclaim: () => void = () => undefined;
  #published = -1;
  /** the last interval that something was said of */
  #lastSaid = -1;
  #sinceCheckpoint = 0;
  #applying: Promise<void> | undefined;
  #saving: Promise<void> | undefined;
  #checkpointAt: number | null = null;
  #stopped = false;
  #failed = false;
  #patience: NodeJS.Timeout | undefined;
  /** the reader knows of messages that it has not handed over yet */
  #more = false;

  constructor(options: StageRunnerOptions<Heard>) {
    this.#options = options;
    this.#instance = `${options.stage}.${options.shard}`;
    this.#intake = options.reading.intake(-1, 0);
  }

  get #run(): RunId {
    return this.#options.manifest.run;
  }

  get #origin(): string {
    return `${this.#options.manifest.configHash} ${this.#options.codeVersion}`;
  }

  get shard(): number {
    return this.#options.shard;
  }
  /** The last interval applied; −1 before the first. */
  get done(): number {
    return this.#intake.done;
  }
  get seq(): number {
    return this.#reading?.seq ?? 0;
  }
  get waiting(): number {
    return this.#intake.waiting;
  }
  /** How often the bus had to be asked again for what did not come. */
  get askedAgain(): number {
    return this.#reading?.askedAgain ?? 0;
  }
  /** When the last checkpoint was stored, ms since 1970; null where none was. */
  get checkpointAt(): number | null {
    return this.#checkpointAt;
  }

  /** Claims the instance, restores it and starts reading. @throws FencedError when another copy is alive */
  async start(): Promise<void> {
    const { bus, stage, shard, reading, publisher, state, door, logger, build } = this.#options;
    this.#unclaim = await claim(bus, this.#run, stage, shard, { build, standing: () => this.#standing() });
    for (const fact of TOPOLOGY[stage].writes) await publisher.own(fact, shard);
    // The fact written every interval, or by a schedule, is last in the list, and tells how far the instance has come.
    this.#published = Math.max(-1, ...TOPOLOGY[stage].writes.slice(-1).map((fact) => publisher.lastInterval(fact, shard)));
    const damaged = (error: unknown): void => void logger.warn('checkpoint unreadable, starting over', { error });
    const checkpoint = await this.#options.checkpoints.load(this.#instance, this.#origin, damaged);
    const usable = checkpoint !== undefined && checkpoint.said <= this.#published ? checkpoint : undefined;
    if (usable !== undefined) {
      state.restore(usable.state);
      door.restore(usable.door);
      this.#intake = reading.intake(usable.t, usable.completedBy);
      this.#lastSaid = usable.said;
    }
    const from = usable?.resumeFrom ?? 1;
    logger.info('reading', { seq: from, t: usable?.t, publishedTo: this.#published });
    this.#reading = await readLog(bus, {
      run: this.#run,
      subjects: reading.subjects,
      from,
      onMessage: (message) => {
        const { seq, subject, data, headers } = message;
        door.admit({ seq, subject, data, header: (name) => headers?.get(name) ?? '' });
        this.#intake.offer({ seq, subject, data });
        this.#more = message.more;
        this.advance();
      },
      onError: this.#options.failed,
      onRetry: (error) => void logger.warn('cannot read the recording for now', { error }),
    });
  }

  /** How far it has read, for whoever asks who runs the instance. */
  #standing(): Standing | undefined {
    return this.#reading === undefined || this.#stopped ? undefined : { seq: this.seq, waiting: this.waiting };
  }

  /** Applies all that is released for which the publisher has room, unless that is going on already. */
  advance(): void {
    if (this.#applying !== undefined) return;
    const heard = this.#next();
    if (heard === undefined) this.#flush();
    else this.#applying = this.#applyAll(heard);
  }

  #next(): Heard | undefined {
    return this.#stopped || this.#options.publisher.congested ? undefined : this.#intake.release();
  }

  async #applyAll(first: Heard): Promise<void> {
    try {
      for (let heard: Heard | undefined = first; heard !== undefined; heard = this.#next()) {
        this.#say(heard, await this.#options.handle(heard));
        this.#flush();
      }
      this.#applying = undefined;
    } catch (error) {
      // Nothing comes after what cannot be handled: the recording would have a hole, and a checkpoint would hide it.
      this.#stopped = true;
      this.#failed = true;
      await this.#reading?.stop();
      this.#options.failed(error instanceof Error ? error : new Error(String(error)));
    }
  }

  #flush(): void {
    const { publisher, stage } = this.#options;
    if (publisher.queued === 0) return;
    // A shard's stages run ahead of risk and execution, so their output may wait for company; the loop's own may not.
    const patient = TOPOLOGY[stage].per === 'shard' && this.#more && publisher.queued < TOGETHER_INTERVALS;
    if (!patient) publisher.flush();
    else this.#patience ??= setTimeout(() => this.#runOutOfPatience(), PATIENCE_MS);
  }

  /** What the server says is still to come is an estimate: never wait for it longer than this. */
  #runOutOfPatience(): void {
    this.#patience = undefined;
    this.#options.publisher.flush();
  }

  #say(heard: Heard, said: readonly Said[]): void {
    const { publisher, checkpointEvery, reading, shard } = this.#options;
    const t = reading.closes(heard, said);
    publisher.publish(said.map((one) => ({ shard, t: t ?? 0, ...one })));
    for (const { stored } of said) if (stored !== undefined) this.#tellStored(stored);
    if (t === undefined) return;
    if (said.length > 0) this.#lastSaid = t;
    this.#sinceCheckpoint += 1;
    if (this.#sinceCheckpoint >= checkpointEvery && this.#isAtRest && this.#saving === undefined && t >= this.#published) {
      this.#sinceCheckpoint = 0;
      this.#saving = this.#checkpoint().finally(() => (this.#saving = undefined));
    }
  }

  #tellStored(stored: () => void): void {
    const { publisher, failed } = this.#options;
    void publisher
      .whenStored(publisher.accepted)
      .then((isStored) => (isStored && !this.#failed ? stored() : undefined))
      .catch((error: unknown) => failed(error instanceof Error ? error : new Error(String(error))));
  }

  get #isAtRest(): boolean {
    return this.#options.state.isAtRest?.() ?? true;
  }

  /** A checkpoint that cannot be stored costs time at the next start, and nothing else. */
  async #checkpoint(): Promise<void> {
    const { state, door, publisher, checkpoints, logger } = this.#options;
    const { done: t, completedBy, resumeFrom } = this.#intake;
    const frozen = Checkpoints.freeze({
      ...{ origin: this.#origin, t, said: this.#lastSaid, completedBy, resumeFrom },
      state: state.snapshot(),
      door: door.snapshot(),
    });
    if (!(await publisher.whenStored(publisher.accepted)) || this.#failed) return;
    await checkpoints.save(this.#instance, frozen).then(
      () => (this.#checkpointAt = Date.now()),
      (error: unknown) => void logger.warn('checkpoint not stored', { t, error }),
    );
  }

  /** Stops reading, waits until what was computed is stored, leaves a checkpoint behind, and answers for the instance no more. */
  async drain(): Promise<void> {
    await this.#halt();
    await this.#options.publisher.settled();
    if (this.#intake.done >= 0 && this.#isAtRest && !this.#failed) await this.#checkpoint();
    this.#unclaim();
  }

  /** Ends the instance without another word, since it is another's: what waits to be published is dropped, and no checkpoint is left. */
  async giveUp(): Promise<void> {
    this.#failed = true;
    this.#unclaim();
    this.#options.publisher.disown(this.#options.shard);
    await this.#halt();
  }

  async #halt(): Promise<void> {
    this.#stopped = true;
    clearTimeout(this.#patience);
    await this.#reading?.stop();
    await this.#applying;
    await this.#saving;
  }
}
