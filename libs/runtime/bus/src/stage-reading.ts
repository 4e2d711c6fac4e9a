import { FACT_WIRING, TOPOLOGY, subjectsRead, type Fact, type StageName } from '@aitrader/contracts';
import type { EpochMs, Manifest } from '@aitrader/model';
import { DivergedError } from './errors.ts';
import { IntervalJoin, type IntervalMessages, type LoggedMessage, type Schedule } from './interval-join.ts';
import type { Payload } from './publisher.ts';
import { SequenceJoin, type SequencedMessage } from './sequence-join.ts';

/** One fact that a stage says. */
export interface Said {
  readonly fact: Fact;
  readonly payload: Payload;
  /** the interval that it is of, where it is not the one heard; event time of a fact without an interval */
  readonly t?: EpochMs;
  /** of a fact without an interval, what grows from message to message of it */
  readonly place?: number;
  /** recorded with the message, outside the fact */
  readonly headers?: Readonly<Record<string, string>>;
  /** called once it is recorded, also when it was before */
  readonly stored?: () => void;
}

/** What stands between a recording and a stage instance: takes in messages in their order, and gives out what is to be applied next. */
export interface Intake<Heard> {
  /** the last interval that was given out, −1 at first */
  readonly done: number;
  /** sequence up to which all has been used that is not read again */
  readonly completedBy: number;
  /** the sequence to read from in order to see again all that is not used up */
  readonly resumeFrom: number;
  /** intervals begun and not given out */
  readonly waiting: number;
  offer(message: LoggedMessage): void;
  release(): Heard | undefined;
}

/** How a stage instance reads a recording. */
export interface StageReading<Heard> {
  readonly subjects: readonly string[];
  /** an intake that goes on behind an interval, and behind the sequence up to which all was used */
  readonly intake: (done: number, completedBy: number) => Intake<Heard>;
  /** the interval that a word closes, if it closes one. @throws DivergedError when the word is not what was due */
  readonly closes: (heard: Heard, said: readonly Said[]) => EpochMs | undefined;
}

/** What tells one instance of a stage from another. */
export interface StageInstanceKey {
  readonly manifest: Manifest;
  readonly stage: StageName;
  /** −1 for a stage of the account */
  readonly shard: number;
}

/** Reading by complete intervals, one after the other. `schedule`: when scheduled facts are sent in this run. */
export function readByInterval({ manifest, stage, shard }: StageInstanceKey, schedule: Schedule): StageReading<IntervalMessages> {
  const { run, shards } = manifest;
  const { reads, writes } = TOPOLOGY[stage];
  const last = writes.at(-1);
  const isScheduled = last !== undefined && FACT_WIRING[last].cadence === 'scheduled';
  let before = -1;
  return {
    subjects: subjectsRead(run, stage, shard, shards),
    intake: (done, completedBy) => {
      before = done;
      return new IntervalJoin(reads, shard, shards, schedule, done, completedBy);
    },
    closes: ({ t }, said) => {
      const due = isScheduled && !schedule(last, before, t) ? undefined : last;
      if (said.at(-1)?.fact !== due) throw new DivergedError(`${stage} did not say its word on ${t}`);
      before = t;
      return t;
    },
  };
}

/** Reading message by message, with bars as the clock. */
export function readInSequence({ manifest, stage, shard }: StageInstanceKey): StageReading<SequencedMessage> {
  const { run, shards } = manifest;
  const closing = TOPOLOGY[stage].writes.at(-1);
  return {
    subjects: subjectsRead(run, stage, shard, shards),
    intake: (done, completedBy) => new SequenceJoin(shards, done, completedBy),
    closes: (_, said) => said.find(({ fact }) => fact === closing)?.t,
  };
}
