import net from 'node:net';
import Provider from 'oidc-provider';

/*
 * A real OpenID Connect provider on this machine, and somebody at it as a browser would be.
 */

/** What the provider says of a person, by what they log in as, which is their subject. */
export type People = Record<string, object>;

const CLIENT = { id: 'console', secret: 'a secret of this test' };
const HOST = '127.0.0.1';

/** A provider that lets everybody in who says a name, and the variables of a console that goes by it. */
export interface Issuer {
  readonly url: string;
  /** may be changed while it is at work: who logs in afterwards is told of as it says then */
  readonly people: People;
  /** where the console has to listen, as `env` says */
  readonly consolePort: number;
  readonly env: Readonly<Record<string, string>>;
  readonly close: () => void;
}

/** A port that is free now. */
export const freePort = (): Promise<number> =>
  new Promise((resolve) => {
    const probe = net.createServer().listen(0, HOST, () => {
      const { port } = probe.address() as net.AddressInfo;
      probe.close(() => resolve(port));
    });
  });

/** Starts a provider. Roles come with the prefix `aitrader.`. */
export async function startIssuer(people: People): Promise<Issuer> {
  const [port, consolePort] = [await freePort(), await freePort()];
  const [url, console] = [`http://${HOST}:${port}`, `http://${HOST}:${consolePort}`];
  const provider = new Provider(url, {
    clients: [{ client_id: CLIENT.id, client_secret: CLIENT.secret, redirect_uris: [`${console}/login/callback`] }],
    claims: { openid: ['sub', 'roles'], profile: ['preferred_username'], email: ['email'] },
    conformIdTokenClaims: false,
    pkce: { required: () => true },
    findAccount: (_, id) => ({ accountId: id, claims: () => ({ sub: id, ...people[id] }) }),
  });
  const server = provider.listen(port, HOST);
  const env = {
    AITRADER_CONSOLE_PORT: String(consolePort),
    AITRADER_CONSOLE_URL: console,
    AITRADER_OIDC_ISSUER: url,
    AITRADER_OIDC_CLIENT_ID: CLIENT.id,
    AITRADER_OIDC_CLIENT_SECRET: CLIENT.secret,
    AITRADER_OIDC_ROLES_PREFIX: 'aitrader.',
  };
  const close = (): void => {
    server.closeAllConnections();
    server.close();
  };
  return { url, people, consolePort, env, close };
}

/** Somebody with a browser of their own: it keeps cookies, of which site does not matter here, and follows where it is led. */
export class Visitor {
  readonly #cookies = new Map<string, string>();

  cookie(name: string): string | undefined {
    return this.#cookies.get(name);
  }

  async go(url: string, form?: Readonly<Record<string, string>>): Promise<Response> {
    const body = form === undefined ? {} : { method: 'POST', body: new URLSearchParams(form) };
    const response = await fetch(url, { redirect: 'manual', headers: { cookie: this.cookies }, ...body });
    for (const [pair = ''] of response.headers.getSetCookie().map((line) => line.split(';'))) {
      const [name = '', ...value] = pair.split('=');
      this.#cookies.set(name, value.join('='));
    }
    const next = response.headers.get('location');
    // the page itself is where it ends
    return next === null || next === '/' ? response : this.go(new URL(next, url).href);
  }

  /** All of them, as they are sent. */
  get cookies(): string {
    return [...this.#cookies].map(([name, value]) => `${name}=${value}`).join('; ');
  }

  /** Says who it is where it is asked, and agrees where it is asked to. */
  async comeIn(console: string, who: string): Promise<Response> {
    let response = await this.go(`${console}/login`);
    for (const answers of [{ prompt: 'login', login: who, password: 'any' }, { prompt: 'consent' }]) {
      const action = /action="([^"]+)"/.exec(await response.clone().text())?.[1];
      if (response.status !== 200 || action === undefined) return response;
      response = await this.go(new URL(action, response.url).href, answers);
    }
    return response;
  }
}

/** What a browser has kept of somebody who came into a console, for one that goes on as them. @throws Error where they are not let in */
export async function enteredAs(console: string, who: string) {
  const { cookies } = await Insider.enter(console, who);
  const kept = { domain: new URL(console).hostname, path: '/', expires: -1, httpOnly: true, secure: false };
  const pairs = cookies.split('; ').map((pair) => [pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1)]);
  return {
    cookies: pairs.map(([name = '', value = '']) => ({ name, value, ...kept, sameSite: 'Strict' as const })),
    origins: [],
  };
}

/** Somebody who has come into a console, and asks it as its page does. */
export class Insider {
  readonly #console: string;
  readonly #visitor: Visitor;
  readonly #csrf: string;
  #commands = 0;

  private constructor(console: string, visitor: Visitor, csrf: string) {
    this.#console = console;
    this.#visitor = visitor;
    this.#csrf = csrf;
  }

  /** Comes in as somebody whom the issuer of the console knows. @throws Error where they are not let in */
  static async enter(console: string, who: string): Promise<Insider> {
    const visitor = new Visitor();
    const { status } = await visitor.comeIn(console, who);
    const asked = await fetch(`${console}/api/session`, { headers: { cookie: visitor.cookies } });
    if (!asked.ok) throw new Error(`${who} was not let in: ${status}, and then ${asked.status}`);
    const { csrf } = (await asked.json()) as { readonly csrf: string };
    return new Insider(console, visitor, csrf);
  }

  ask(where: string, init: RequestInit = {}): Promise<Response> {
    return fetch(new URL(where, this.#console), { redirect: 'manual', ...init, headers: { cookie: this.#visitor.cookies } });
  }

  /** Sends a document. */
  tell(where: string, body: object): Promise<Response> {
    return fetch(new URL(where, this.#console), {
      method: 'POST',
      body: JSON.stringify(body),
      headers: {
        cookie: this.#visitor.cookies,
        'content-type': 'application/json',
        origin: this.#console,
        'x-csrf-token': this.#csrf,
        'idempotency-key': `insider-${(this.#commands += 1)}-${process.pid}`,
      },
    });
  }

  /** What a browser of theirs sends. */
  get cookies(): string {
    return this.#visitor.cookies;
  }
}
