/**
 * The library's own client asks a server that plays a vault, with the challenge that a vault begins with. It goes there by plain HTTP, which
 * the library itself would not do: what it would send over TLS is handed on.
 */
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { HttpClient, PipelineRequest } from '@azure/core-rest-pipeline';
import { createHttpHeaders } from '@azure/core-rest-pipeline';
import { ALPACA_KEY_VARIABLES, needsVault, withKeys, type VaultAccess } from './key-references.ts';

const VAULT = 'keyvault:https://rehearsal.vault.azure.net/secrets';
const VERSION = '0123456789abcdef0123456789abcdef';
const CHALLENGE = 'Bearer authorization="https://login.microsoftonline.com/tenant", resource="https://vault.azure.net"';
const SECRETS: Readonly<Record<string, string>> = {
  'key-id': 'AK1',
  secret: 'sk-newest',
  [`secret/${VERSION}`]: 'sk-older',
  none: '',
};

describe('keys that the environment names', () => {
  const scopes: string[] = [];
  const asked: string[] = [];
  const server = createServer((request, response) => answer(request, response));
  let folder = '';
  let access: VaultAccess;
  beforeAll(async () => {
    folder = mkdtempSync(path.join(tmpdir(), 'aitrader-keys-'));
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    access = {
      httpClient: clientTo(`http://127.0.0.1:${port}`),
      retryOptions: { maxRetries: 0 },
      credential: {
        getToken: (scope) => {
          scopes.push(String(scope));
          return Promise.resolve({ token: 'token-of-the-rehearsal', expiresOnTimestamp: Date.now() + 3_600_000 });
        },
      },
    };
  });
  afterAll(async () => {
    server.close();
    server.closeAllConnections();
    rmSync(folder, { recursive: true, force: true });
    await once(server, 'close').catch(() => undefined);
  });

  function answer({ url = '/', headers }: IncomingMessage, response: ServerResponse): void {
    const say = (status: number, body: object, more: Record<string, string> = {}): void => {
      response.writeHead(status, { 'content-type': 'application/json', ...more });
      response.end(JSON.stringify(body));
    };
    if (headers.authorization === undefined) return say(401, {}, { 'www-authenticate': CHALLENGE });
    const { pathname } = new URL(url, 'http://vault');
    asked.push(`${headers.authorization} ${pathname}`);
    const name = pathname.replace(/^\/secrets\//, '').replace(/\/$/, '');
    if (name === 'forbidden') return say(403, { error: { code: 'Forbidden', message: 'secret words' } });
    if (name === 'broken') return say(503, { error: { code: 'Unavailable', message: 'secret words' } });
    const value = SECRETS[name];
    return value === undefined
      ? say(404, { error: { code: 'SecretNotFound', message: 'secret words' } })
      : say(200, {
          value,
          id: `https://rehearsal.vault.azure.net/secrets/${name.split('/')[0]}/${VERSION}`,
          attributes: { enabled: true },
        });
  }

  /** What the library would send to a vault goes to our server. */
  const clientTo = (place: string): HttpClient => ({
    sendRequest: async (request: PipelineRequest) => {
      expect(request.url).toMatch(/^https:\/\/rehearsal\.vault\.azure\.net\//);
      const { pathname, search } = new URL(request.url);
      const response = await fetch(`${place}${pathname}${search}`, { headers: request.headers.toJSON() });
      const headers = createHttpHeaders(Object.fromEntries(response.headers));
      return { request, status: response.status, headers, bodyAsText: await response.text() };
    },
  });
  const problem = async (env: Record<string, string>): Promise<string> => {
    const error: unknown = await withKeys(env, Object.keys(env), access).then(
      () => new Error('it was found'),
      (cause: unknown) => cause,
    );
    return String(error);
  };

  it('are found in a vault, the newest version or the one that is named, by one identity', async () => {
    const env = { APCA_API_KEY_ID: `${VAULT}/key-id`, APCA_API_SECRET_KEY: `${VAULT}/secret`, OTHER: 'left alone' };
    expect(needsVault(env, ALPACA_KEY_VARIABLES)).toBe(true);
    const found = await withKeys(env, ALPACA_KEY_VARIABLES, access);
    expect(found).toEqual({ APCA_API_KEY_ID: 'AK1', APCA_API_SECRET_KEY: 'sk-newest', OTHER: 'left alone' });
    expect(env.APCA_API_SECRET_KEY).toBe(`${VAULT}/secret`);
    expect(await withKeys({ K: `${VAULT}/secret/${VERSION}` }, ['K'], access)).toEqual({ K: 'sk-older' });
    expect(new Set(scopes)).toEqual(new Set(['https://vault.azure.net/.default']));
    expect(asked.every((one) => one.startsWith('Bearer token-of-the-rehearsal /secrets/'))).toBe(true);
  });

  it('are found in a file that is mounted', async () => {
    const file = path.join(folder, 'key');
    writeFileSync(file, 'sk-mounted\n');
    expect(await withKeys({ K: `file:${file}` }, ['K'])).toEqual({ K: 'sk-mounted' });
    await expect(withKeys({ K: `file:${file}-not` }, ['K'])).rejects.toThrow(`K: ${file}-not does not exist`);
    await expect(withKeys({ K: 'file:key' }, ['K'])).rejects.toThrow('K: a file is named by its whole path');
  });

  it('are what they are where they are no reference, or none is asked for', async () => {
    const env = { K: 'a-key', L: `${VAULT}/key-id` };
    expect(await withKeys(env, ['K', 'M'])).toEqual(env);
  });

  it('are said to be missing by variable and vault, all at once, with no word of what was answered', async () => {
    const text = await problem({ A: `${VAULT}/forbidden`, B: `${VAULT}/nowhere`, C: `${VAULT}/broken`, D: `${VAULT}/none` });
    for (const words of [
      'A: https://rehearsal.vault.azure.net: who asks may not read forbidden',
      'B: https://rehearsal.vault.azure.net: it has no secret nowhere',
      'C: https://rehearsal.vault.azure.net: it answered 503',
      'D: none in https://rehearsal.vault.azure.net is empty',
    ])
      expect(text).toContain(words);
    expect(text).not.toMatch(/secret words|token-of-the-rehearsal/);
  });

  it.each([
    'keyvault:http://rehearsal.vault.azure.net/secrets/a',
    'keyvault:https://rehearsal.vault.azure.net.example.com/secrets/a',
    'keyvault:https://example.com/secrets/a',
    'keyvault:https://user@rehearsal.vault.azure.net/secrets/a',
    'keyvault:https://rehearsal.vault.azure.net/keys/a',
    'keyvault:https://rehearsal.vault.azure.net/secrets/a/newest',
    'keyvault:rehearsal/a',
  ])('are asked of no other place: %s', async (reference) => {
    const before = asked.length;
    expect(await problem({ K: reference })).toContain(
      'K: a secret in a vault is named as in keyvault:https://NAME.vault.azure.net',
    );
    expect(asked).toHaveLength(before);
  });
});
