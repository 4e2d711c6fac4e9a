import { createInbox, type Msg, type NatsConnection } from '@nats-io/transport-node';

/** The server did not answer in time, or has nobody to answer: what became of the message is not known. */
export class NoAnswerError extends Error {
  override readonly name = 'NoAnswerError';
}

/** A server without JetStream says so with this status instead of an answer. */
const NO_RESPONDERS = 503;

interface Waiting {
  readonly resolve: (answer: Msg) => void;
  readonly reject: (error: Error) => void;
  readonly timer: NodeJS.Timeout;
}

/**
 * Takes the answers to publishes. The client's own `request` captures a stack trace each time, which costs more than the
 * publish.
 */
export class AckInbox {
  readonly #prefix: string;
  readonly #waiting = new Map<string, Waiting>();
  #count = 0;

  /** `inbox` is what answers to this connection begin with. */
  constructor(nc: NatsConnection, inbox: string) {
    this.#prefix = createInbox(inbox);
    nc.subscribe(`${this.#prefix}.*`, {
      callback: (error, message) => {
        const waiting = this.#waiting.get(message.subject);
        if (waiting === undefined) return;
        this.#waiting.delete(message.subject);
        clearTimeout(waiting.timer);
        if (error === null && message.headers?.code !== NO_RESPONDERS) waiting.resolve(message);
        else waiting.reject(new NoAnswerError('JetStream does not answer', { cause: error ?? undefined }));
      },
    });
  }

  /** The answer to the message that `send` publishes with the given reply subject. @throws NoAnswerError after `timeoutMs` */
  expect(timeoutMs: number, send: (reply: string) => void): Promise<Msg> {
    const subject = `${this.#prefix}.${(this.#count += 1)}`;
    const answer = new Promise<Msg>((resolve, reject) => {
      const timer = setTimeout(() => {
        this.#waiting.delete(subject);
        reject(new NoAnswerError(`no answer from JetStream within ${timeoutMs} ms`));
      }, timeoutMs);
      this.#waiting.set(subject, { resolve, reject, timer });
    });
    send(subject);
    return answer;
  }
}
