/** Coming in by OpenID Connect, at a real provider on this machine, as a browser does it. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { freePort, startIssuer, Visitor, type Issuer, type People } from '../../../tools/testing/openid-people.ts';
import { cookieName } from './access.guard.ts';
import { consoleEnvironment } from './console-environment.ts';
import { OpenId } from './open-id.ts';
import { openConsole, type ConsoleUnderTest } from './testing/open-console.ts';

const START_MS_MAX = 120_000;
/** What the provider knows of people, by what they log in as. */
const PEOPLE: People = {
  ada: { preferred_username: 'ada@desk.example', roles: ['aitrader.viewer', 'aitrader.risk-officer', 'other.admin'] },
  bob: { preferred_username: 'bob@desk.example', roles: ['other.admin'] },
  eve: { preferred_username: 'eve; rm', email: 'not a name', roles: ['aitrader.admin'] },
  none: { preferred_username: 'none' },
};

describe('people who come in by OpenID Connect', () => {
  let issuer: Issuer;
  let console: ConsoleUnderTest;
  let env: Readonly<Record<string, string>>;

  beforeAll(async () => {
    issuer = await startIssuer(PEOPLE);
    env = issuer.env;
    console = await openConsole(env);
  }, START_MS_MAX);
  afterAll(async () => {
    await console.close();
    issuer.close();
  });

  const session = (browser: Visitor): Promise<Response> =>
    fetch(`${console.console.url}/api/session`, {
      headers: { cookie: `${cookieName(consoleEnvironment(env))}=${browser.cookie('aitrader-console') ?? ''}` },
    });

  it('have their name and the most of their roles', async () => {
    const browser = new Visitor();
    expect((await browser.comeIn(console.console.url, 'ada')).status).toBe(303);
    expect(await (await session(browser)).json()).toMatchObject({ name: 'ada@desk.example', role: 'risk-officer', mode: 'oidc' });
  });

  it.each([
    ['bob', 'bob@desk.example has none of the roles aitrader.viewer, aitrader.operator, aitrader.risk-officer, aitrader.admin'],
    ['none', 'none has none of the roles'],
  ])('stay out without a role of ours: %s', async (who, words) => {
    const browser = new Visitor();
    const response = await browser.comeIn(console.console.url, who);
    expect([response.status, await response.text()]).toEqual([403, expect.stringContaining(words)]);
    expect((await session(browser)).status).toBe(401);
  });

  it('are named by what commands can be signed by, and by nothing else', async () => {
    const browser = new Visitor();
    await browser.comeIn(console.console.url, 'eve');
    // of her claims the subject alone is a name
    expect(await (await session(browser)).json()).toMatchObject({ name: 'eve', role: 'admin' });
  });

  it('are not let in by an answer that their browser did not ask for, or by one twice', async () => {
    const { url } = console.console;
    expect((await fetch(`${url}/login/callback?code=made-up&state=made-up`)).status).toBe(401);
    const begun = await fetch(`${url}/login`, { redirect: 'manual' });
    const state = /aitrader-login=([^;]+)/.exec(begun.headers.get('set-cookie') ?? '')?.[1] ?? '';
    const answer = (): Promise<Response> =>
      fetch(`${url}/login/callback?code=made-up&state=${state}`, {
        redirect: 'manual',
        headers: { cookie: `aitrader-login=${state}` },
      });
    const [first, again] = [await answer(), await answer()];
    expect([first.status, (await first.json()) as object]).toEqual([
      401,
      expect.objectContaining({ message: 'the issuer did not say who it is' }),
    ]);
    expect((await again.json()) as object).toMatchObject({ message: expect.stringContaining('did not begin') });
  });

  it('find no printed token that would let them in as somebody else', async () => {
    const { entrance, url } = console.console;
    expect(entrance).toBe(`${url}/login`);
    const asked = await fetch(`${url}/login?token=anything`, { redirect: 'manual' });
    expect([asked.status, asked.headers.get('location')]).toEqual([
      303,
      expect.stringContaining(String(env['AITRADER_OIDC_ISSUER'])),
    ]);
  });

  it('come in by https, or on this machine alone, and never by half of what has to be said', () => {
    const problems = (more: Readonly<Record<string, string | undefined>>) => () =>
      consoleEnvironment(Object.fromEntries(Object.entries({ ...env, ...more }).filter(([, value]) => value !== undefined)));
    expect(problems({ AITRADER_OIDC_CLIENT_SECRET: undefined })).toThrow('AITRADER_OIDC_CLIENT_SECRET: is needed');
    expect(problems({ AITRADER_CONSOLE_URL: 'http://console.example' })).toThrow('http://console.example is not https');
    expect(problems({ AITRADER_OIDC_ISSUER: undefined, AITRADER_CONSOLE_HOST: '0.0.0.0' })).toThrow(
      'reached from other machines',
    );
    expect(problems({ AITRADER_CONSOLE_HOST: '0.0.0.0' })).not.toThrow();
    const published = {
      AITRADER_OIDC_ISSUER: undefined,
      AITRADER_CONSOLE_HOST: '0.0.0.0',
      AITRADER_CONSOLE_PUBLISHED: 'loopback',
    };
    expect(problems(published)).not.toThrow();
    expect(cookieName(consoleEnvironment({ ...env, AITRADER_CONSOLE_URL: 'https://console.example' }))).toBe(
      '__Host-aitrader-console',
    );
  });

  it('are told of an issuer that does not answer before the console listens', async () => {
    const { openId } = consoleEnvironment({ ...env, AITRADER_OIDC_ISSUER: `http://127.0.0.1:${await freePort()}` });
    if (openId === undefined) throw new Error('no issuer');
    await expect(OpenId.open(openId)).rejects.toThrow('does not answer as an issuer');
  });
});
