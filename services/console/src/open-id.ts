import {
  allowInsecureRequests,
  authorizationCodeGrant,
  buildAuthorizationUrl,
  calculatePKCECodeChallenge,
  discovery,
  randomNonce,
  randomPKCECodeVerifier,
  randomState,
  type Configuration,
} from 'openid-client';
import type { Role } from '@aitrader/application-console';
import { ConfigurationError } from '@aitrader/runtime-configuration';
import { ROLES } from './access.ts';
import { isLoopback, NAME, type OpenIdEnvironment } from './console-environment.ts';

/** How long somebody may take to say who they are. */
const PENDING_MS_MAX = 10 * 60_000;
/** Who only begins to come in costs a little memory: past this the one who began first has to begin again. */
const PENDING_MAX = 1_000;
const SCOPE = 'openid profile email';

/** Somebody who has begun to come in. */
interface Pending {
  readonly verifier: string;
  readonly nonce: string;
  readonly since: number;
}

/** Who came in, as the issuer says. */
export interface Person {
  readonly name: string;
  readonly role: Role;
  /** who it is to the issuer, whatever the name: no two people have the same one, and nobody another one later (OpenID Connect Core 1.0, §5.7) */
  readonly subject: string;
}

/** Why somebody does not come in: nobody knows who it is. */
export class NotLetIn extends Error {
  override readonly name: string = 'NotLetIn';
}

/** The same of somebody whom the issuer knows, and who has no role here. */
export class NoRole extends NotLetIn {
  override readonly name = 'NoRole';
}

/**
 * People who come in by OpenID Connect: code flow with PKCE, state and nonce (OpenID Connect Core 1.0, §3.1; RFC 7636). What the issuer says stays
 * here; the browser gets a session of ours and nothing else.
 */
export class OpenId {
  readonly #configuration: Configuration;
  readonly #environment: OpenIdEnvironment;
  readonly #pending = new Map<string, Pending>();

  private constructor(configuration: Configuration, environment: OpenIdEnvironment) {
    this.#configuration = configuration;
    this.#environment = environment;
  }

  /** Asks the issuer for its endpoints and keys. @throws ConfigurationError when it does not answer, or as another one */
  static async open(environment: OpenIdEnvironment): Promise<OpenId> {
    const { issuer, clientId, clientSecret } = environment;
    try {
      // on this machine there is nobody in between
      const options = isLoopback(issuer.hostname) ? { execute: [allowInsecureRequests] } : {};
      return new OpenId(await discovery(issuer, clientId, clientSecret, undefined, options), environment);
    } catch (error) {
      throw new ConfigurationError('environment', [
        `AITRADER_OIDC_ISSUER: ${issuer.href} does not answer as an issuer: ${error instanceof Error ? error.message : String(error)}`,
      ]);
    }
  }

  /** Begins: where to send the browser, and what it has to bring back in its cookie. */
  async begin(now: number): Promise<{ readonly url: string; readonly state: string }> {
    const [state, nonce, verifier] = [randomState(), randomNonce(), randomPKCECodeVerifier()];
    this.#forget(now);
    this.#pending.set(state, { verifier, nonce, since: now });
    const url = buildAuthorizationUrl(this.#configuration, {
      redirect_uri: this.#environment.callback.href,
      scope: SCOPE,
      state,
      nonce,
      code_challenge: await calculatePKCECodeChallenge(verifier),
      code_challenge_method: 'S256',
    });
    return { url: url.href, state };
  }

  /**
   * Ends: `query` is what the issuer sent the browser back with, `state` what the browser brought in its cookie. Each beginning ends once.
   * @throws NotLetIn, NoRole with the reason
   */
  async end(query: string, state: string | undefined, now: number): Promise<Person> {
    this.#forget(now);
    const pending = state === undefined ? undefined : this.#pending.get(state);
    if (state === undefined || pending === undefined)
      throw new NotLetIn('this browser did not begin to come in here, or took longer than ten minutes');
    this.#pending.delete(state);
    const url = new URL(this.#environment.callback);
    url.search = query;
    let claims: Readonly<Record<string, unknown>> | undefined;
    try {
      const checks = {
        pkceCodeVerifier: pending.verifier,
        expectedState: state,
        expectedNonce: pending.nonce,
        idTokenExpected: true,
      };
      claims = (await authorizationCodeGrant(this.#configuration, url, checks)).claims();
    } catch (error) {
      throw new NotLetIn('the issuer did not say who it is', { cause: error });
    }
    return this.#personOf(claims ?? {});
  }

  #personOf(claims: Readonly<Record<string, unknown>>): Person {
    const name = ['preferred_username', 'email', 'sub']
      .map((claim) => claims[claim])
      .find((one) => typeof one === 'string' && NAME.test(one));
    if (typeof name !== 'string') throw new NotLetIn('the issuer says no name that commands can be signed by');
    const said = claims[this.#environment.rolesClaim];
    const roles = ROLES.filter((role) => Array.isArray(said) && said.includes(`${this.#environment.rolesPrefix}${role}`));
    const role = roles.at(-1);
    if (role === undefined)
      throw new NoRole(
        `${name} has none of the roles ${ROLES.map((one) => `${this.#environment.rolesPrefix}${one}`).join(', ')}`,
      );
    const { sub: subject } = claims;
    if (typeof subject !== 'string' || subject === '') throw new NotLetIn('the issuer does not say who it is for good');
    return { name, role, subject };
  }

  #forget(now: number): void {
    for (const [state, { since }] of this.#pending)
      if (now - since > PENDING_MS_MAX || this.#pending.size >= PENDING_MAX) this.#pending.delete(state);
      else return;
  }
}
