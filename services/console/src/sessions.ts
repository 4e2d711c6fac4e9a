import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import type { Role } from '@aitrader/application-console';

/** After this long without a request somebody has to come in again. */
const IDLE_MS_MAX = 12 * 3_600_000;
/** More people than this do not look at one home; the session that was unused longest ends. */
const SESSIONS_MAX = 1_000;
const SECRET_BYTES = 32;

/** Somebody who came in. */
export interface Session {
  readonly id: string;
  readonly name: string;
  readonly role: Role;
  /** who it is to the issuer; undefined of whoever came in by the printed token */
  readonly subject: string | undefined;
  /** said with every request that changes something: another site's page does not know it */
  readonly csrf: string;
  usedAt: number;
}

/** As whom somebody is let in. */
export type Entering = Pick<Session, 'name' | 'role'> & { readonly subject?: string };

const newSecret = (): string => randomBytes(SECRET_BYTES).toString('base64url');
const hashOf = (text: string): Buffer => createHash('sha256').update(text).digest();
/** Takes as long whatever is equal. */
export const isSame = (one: string, other: string): boolean => timingSafeEqual(hashOf(one), hashOf(other));

/** Who is in, by the secret in their cookie. Kept in memory: a console that is started again lets nobody in by an old one. */
export class Sessions {
  readonly #sessions = new Map<string, Session>();
  #token: string | undefined = newSecret();

  /** lets one person in, once */
  get token(): string | undefined {
    return this.#token;
  }

  /** Lets somebody in by the token, which is then used up. */
  enterBy(token: string, as: Entering, now: number): Session | undefined {
    if (this.#token === undefined || !isSame(token, this.#token)) return undefined;
    this.#token = undefined;
    return this.enter(as, now);
  }

  enter({ name, role, subject }: Entering, now: number): Session {
    const session: Session = { id: newSecret(), name, role, subject, csrf: newSecret(), usedAt: now };
    this.#sessions.set(session.id, session);
    const [oldest] = this.#sessions.keys();
    if (this.#sessions.size > SESSIONS_MAX && oldest !== undefined) this.#sessions.delete(oldest);
    return session;
  }

  /** The session of a cookie, used now; undefined of none, or of one that was unused for too long. */
  of(id: string | undefined, now: number): Session | undefined {
    const session = id === undefined ? undefined : this.#sessions.get(id);
    if (session === undefined) return undefined;
    this.#sessions.delete(session.id);
    if (now - session.usedAt > IDLE_MS_MAX) return undefined;
    session.usedAt = now;
    this.#sessions.set(session.id, session);
    return session;
  }

  leave(id: string): void {
    this.#sessions.delete(id);
  }
}
