import { addressOf, decodeControl, decodeOrders, isOperatorSubject } from '@aitrader/contracts';
import type { Manifest } from '@aitrader/model';
import { whyNotActors, whyNotRisks, type HeaderOf } from './signatures.ts';
import type { TrustedKeys } from './trusted-keys.ts';

/** A message that should not be there: nobody who may says it. Whoever reads it stops, and nothing follows from it. */
export class ForgedMessageError extends Error {
  override readonly name = 'ForgedMessageError';
  readonly seq: number;
  readonly subject: string;

  constructor(seq: number, subject: string, why: string) {
    super(`message ${seq} of the recording (${subject}) should not be there: ${why}`);
    this.seq = seq;
    this.subject = subject;
  }
}

/** A message as admission sees it. */
export interface ArrivedMessage {
  readonly seq: number;
  readonly subject: string;
  readonly data: Uint8Array;
  readonly header: HeaderOf;
}

/** What admission keeps with a stage's checkpoint: plain data, bounded by the commands of a run. */
export interface AdmissionState {
  /** where each command stands, by its id */
  readonly commands: ReadonlyMap<string, number>;
  /** where the last orders stand, and the interval they are of */
  readonly orders: { readonly seq: number; readonly t: number };
}

/** The header that JetStream knows a message's id by. */
const MESSAGE_ID_HEADER = 'Nats-Msg-Id';

/**
 * The door of a stage that acts on what others decided: orders are risk's, commands their actor's, each signed for this run and good once.
 * It is asked of every message before anything hears it; reading again what was read before is no second time.
 */
export class Admission {
  readonly #manifest: Manifest;
  readonly #trusted: () => TrustedKeys;
  #keys: TrustedKeys;
  readonly #commands = new Map<string, number>();
  #orders = { seq: 0, t: -1 };

  /** `trusted` is asked at first, and again about a signature that the keys of then do not explain: keys are added while a run goes on. */
  constructor(manifest: Manifest, trusted: () => TrustedKeys) {
    this.#manifest = manifest;
    this.#trusted = trusted;
    this.#keys = trusted();
  }

  /** @throws ForgedMessageError, or ContractError for what cannot be read */
  admit({ seq, subject, data, header }: ArrivedMessage): void {
    const why = isOperatorSubject(subject)
      ? this.#whyNotCommand(seq, data, header)
      : addressOf(subject).fact === 'orders'
        ? this.#whyNotOrders(seq, data, header)
        : undefined;
    if (why !== undefined) throw new ForgedMessageError(seq, subject, why);
  }

  #whyNotOrders(seq: number, data: Uint8Array, header: HeaderOf): string | undefined {
    const { t, orders, exits } = decodeOrders(data);
    if (seq > this.#orders.seq) {
      if (t <= this.#orders.t) return `orders of ${t} were there before`;
      this.#orders = { seq, t };
    }
    return this.#known((keys) => whyNotRisks(keys, this.#manifest, { orders, exits }, header));
  }

  #whyNotCommand(seq: number, data: Uint8Array, header: HeaderOf): string | undefined {
    const text = Buffer.from(data).toString('utf8');
    const control = decodeControl(data);
    const id = header(MESSAGE_ID_HEADER);
    const before = this.#commands.get(id);
    if (before !== undefined && before !== seq) return `the command ${id} was given before, by message ${before}`;
    this.#commands.set(id, seq);
    const { run } = this.#manifest;
    return this.#known((keys) => whyNotActors(keys, { run, id, control, text }, header));
  }

  #known(why: (keys: TrustedKeys) => string | undefined): string | undefined {
    if (why(this.#keys) === undefined) return undefined;
    this.#keys = this.#trusted();
    return why(this.#keys);
  }

  snapshot(): AdmissionState {
    return { commands: new Map(this.#commands), orders: this.#orders };
  }

  /** `kept` is what {@link snapshot} said. */
  restore(kept: unknown): void {
    const { commands, orders } = kept as AdmissionState;
    this.#commands.clear();
    for (const [id, seq] of commands) this.#commands.set(id, seq);
    this.#orders = orders;
  }
}
