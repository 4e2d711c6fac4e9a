import type { Msg, NatsConnection, Subscription } from '@nats-io/transport-node';
import { logSubjectOf, storedSubjectOf } from '@aitrader/contracts';
import { numberIn } from './message-headers.ts';

/** A message that was told when it was stored, before it is known whether anything lies between it and the one before. */
export interface ToldMessage {
  readonly seq: number;
  readonly subject: string;
  readonly message: Msg;
}

/** What the place of a told message says: it is the next one, it was handed over before, or one before it has not come. */
export type Standing = 'next' | 'known' | 'behind-missed' | 'behind-skipped';

const SHARD = /^(.*\.)\d+$/;

/** Subjects to subscribe to: those of several shards in one. */
function gathered(subjects: readonly string[]): readonly string[] {
  const ofShards = new Map<string, string[]>();
  for (const subject of subjects) {
    const key = SHARD.exec(subject)?.[1] ?? subject;
    ofShards.set(key, [...(ofShards.get(key) ?? []), subject]);
  }
  return [...ofShards].flatMap(([key, several]) => (several.length > 1 ? [`${key}*`] : several));
}

/**
 * What a server tells of a recording from now on, at most so many messages of a subject. It counts as long as the connection lasts and each
 * message's predecessor on its subject is known.
 */
export class ToldMessages {
  readonly #nc: NatsConnection;
  readonly #connection: number | undefined;
  readonly #subscriptions: readonly Subscription[];
  /** the newest of each subject */
  readonly #newest = new Map<string, number>();
  readonly #onMessage: (told: ToldMessage) => void;
  /** told while others are asked for; undefined from {@link join} on */
  #early: ToldMessage[] | undefined = [];
  #joinedAt = 0;
  #isOver = false;

  constructor(nc: NatsConnection, subjects: readonly string[], max: number, onMessage: (told: ToldMessage) => void) {
    this.#nc = nc;
    this.#connection = nc.info?.client_id;
    this.#onMessage = onMessage;
    this.#subscriptions = gathered(subjects).map((subject) => {
      let count = 0;
      return nc.subscribe(logSubjectOf(subject), {
        max,
        callback: (error, message) => {
          if (error === null) this.#hear(message, (count += 1) === max);
        },
      });
    });
  }

  /** Nothing more is told that counts: the number is reached, or the connection was another one. */
  get isOver(): boolean {
    return this.#isOver;
  }

  #hear(message: Msg, isLast: boolean): void {
    if (this.#isOver) return;
    if (this.#nc.info?.client_id !== this.#connection) {
      this.#isOver = true;
      return;
    }
    this.#isOver = isLast;
    const told = { seq: numberIn(message.headers, 'Nats-Sequence'), subject: storedSubjectOf(message.subject), message };
    if (this.#early === undefined) this.#onMessage(told);
    else this.#early.push(told);
  }

  /** What was asked for has come up to here: gives what was told meanwhile, and hands over what is told from now on. */
  join(seq: number): readonly ToldMessage[] {
    const early = this.#early ?? [];
    this.#joinedAt = seq;
    this.#early = undefined;
    return early;
  }

  /** Where a message stands, `seq` being the last that was handed over. */
  place({ seq, subject, message }: ToldMessage, handedOver: number): Standing {
    if (seq <= handedOver) return 'known';
    const before = numberIn(message.headers, 'Nats-Last-Sequence');
    const newest = this.#newest.get(subject);
    const isNext = newest === undefined ? before <= this.#joinedAt : before === newest;
    if (!isNext) return before > handedOver ? 'behind-missed' : 'behind-skipped';
    this.#newest.set(subject, seq);
    return 'next';
  }

  end(): void {
    this.#isOver = true;
    for (const subscription of this.#subscriptions) if (!subscription.isClosed()) subscription.unsubscribe();
  }
}
