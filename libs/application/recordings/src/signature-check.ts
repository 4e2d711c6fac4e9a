import { ContractError, addressOf, decodeControl, decodeOrders, isOperatorSubject, upcast, type Fact } from '@aitrader/contracts';
import type { Manifest } from '@aitrader/model';
import type { LoggedMessage } from '@aitrader/runtime-bus';
import {
  isActedOn,
  SIGNATURE_HEADER,
  whyNotActors,
  whyNotRisks,
  type HeaderOf,
  type TrustedKeys,
} from '@aitrader/runtime-signing';

/** What was signed with one key, and held against it. */
export interface SignedBy {
  readonly key: string;
  /** `risk`, or the name of an operator */
  readonly who: string;
  readonly orders: number;
  readonly commands: number;
}

/** What the signatures of a recording came to. */
export interface SignatureVerdict {
  /** by key, in the order in which they were met first */
  readonly checked: readonly SignedBy[];
  /** orders and operators' commands without a signature: all of those of a run in one process, or of before they were signed */
  readonly unsigned: number;
  /** those that are signed and that nobody could judge here, since this home trusts no keys at all */
  readonly unjudged: number;
}

/** Told of a message that nobody who may say so has signed. */
type Refuse = (message: Pick<LoggedMessage, 'seq' | 'subject'>, problem: string) => void;

const MESSAGE_ID_HEADER = 'Nats-Msg-Id';
/** Kinds of runs whose orders services decide, and the versions of what they have always signed. */
const OVER_THE_BUS: ReadonlySet<Manifest['kind']> = new Set(['paper', 'live']);
const SIGNED_SINCE: Partial<Record<Fact, number>> = { orders: 4, control: 7 };
const HALF = { orders: 0, commands: 0 };

/**
 * Holds the orders and the operators' commands of a recording against the keys that are trusted.
 *
 * 1. Each is signed for this very run by who may say it, or is refused by its sequence.
 * 2. What services wrote since they sign is signed, and in a run in which anything is signed everything is: what lost its signature is found, too.
 */
export class SignatureCheck {
  readonly #manifest: Manifest;
  readonly #keys: TrustedKeys | undefined;
  readonly #refuse: Refuse;
  readonly #checked = new Map<string, SignedBy>();
  #bare: LoggedMessage | undefined;
  #unsigned = 0;
  #unjudged = 0;
  #isSigned = false;

  /** `keys`: those of this home; undefined where it has none */
  constructor(manifest: Manifest, keys: TrustedKeys | undefined, refuse: Refuse) {
    [this.#manifest, this.#keys, this.#refuse] = [manifest, keys, refuse];
  }

  /** Takes in the next message as it was stored. What cannot be read is for the comparison of its bytes to name. */
  offer(message: LoggedMessage, header: HeaderOf): void {
    try {
      this.#judgeMessage(message, header);
    } catch (error) {
      if (!(error instanceof ContractError)) throw error;
    }
  }

  #judgeMessage(message: LoggedMessage, header: HeaderOf): void {
    const { subject, data } = message;
    const { fact, version } = addressOf(subject);
    if (fact === 'orders') {
      const said = decodeOrders(upcast(fact, version, data));
      if (!isActedOn(said)) return;
      const why = (keys: TrustedKeys): string | undefined => whyNotRisks(keys, this.#manifest, said, header);
      this.#judge(message, header, { who: 'risk', orders: said.orders.length, commands: 0 }, why);
    } else if (isOperatorSubject(subject)) {
      const control = decodeControl(upcast('control', version, data));
      const said = { run: this.#manifest.run, id: header(MESSAGE_ID_HEADER), control, text: Buffer.from(data).toString('utf8') };
      this.#judge(message, header, { who: control.actor, orders: 0, commands: 1 }, (keys) => whyNotActors(keys, said, header));
    }
  }

  #mustBeSigned({ subject }: LoggedMessage): boolean {
    const { fact, version } = addressOf(subject);
    return OVER_THE_BUS.has(this.#manifest.kind) && version >= (SIGNED_SINCE[fact] ?? Infinity);
  }

  #judge(
    message: LoggedMessage,
    header: HeaderOf,
    { who, orders, commands }: Omit<SignedBy, 'key'>,
    whyNot: (keys: TrustedKeys) => string | undefined,
  ): void {
    const [key = ''] = header(SIGNATURE_HEADER).split('.');
    if (key === '') {
      if (this.#mustBeSigned(message)) this.#refuse(message, 'is not signed, and services act on nothing that is not');
      this.#unsigned += orders + commands;
      this.#bare ??= message;
      return;
    }
    this.#isSigned = true;
    if (this.#keys === undefined) {
      this.#unjudged += orders + commands;
      return;
    }
    const why = whyNot(this.#keys);
    if (why !== undefined) {
      this.#refuse(message, `is forged: ${why}`);
      return;
    }
    const before = this.#checked.get(`${who} ${key}`) ?? HALF;
    this.#checked.set(`${who} ${key}`, { key, who, orders: before.orders + orders, commands: before.commands + commands });
  }

  /** What it came to, once all of the recording was offered. */
  finish(): SignatureVerdict {
    if (this.#isSigned && this.#bare !== undefined && !this.#mustBeSigned(this.#bare))
      this.#refuse(this.#bare, 'is not signed, and others of the run are');
    return { checked: [...this.#checked.values()], unsigned: this.#unsigned, unjudged: this.#unjudged };
  }
}
