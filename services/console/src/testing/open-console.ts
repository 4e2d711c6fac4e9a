import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Role } from '@aitrader/application-console';
import { beginRecording, withHome, type OpenHome } from '@aitrader/application-supervision';
import { encodeManifest } from '@aitrader/contracts';
import { epochMs, ticker, type Manifest, type RunId } from '@aitrader/model';
import { FencedPublisher } from '@aitrader/runtime-bus';
import { parseRunConfig } from '@aitrader/runtime-configuration';
import { createLogger } from '@aitrader/runtime-telemetry';
import { COOKIE } from '../access.guard.ts';
import { apiDocument, startConsole, type RunningConsole } from '../application.ts';
import { consoleEnvironment } from '../console-environment.ts';
import { Sessions, type Session } from '../sessions.ts';

/** A console over a home with a real bus of its own, for tests that ask it as browsers do. */
export interface ConsoleUnderTest {
  readonly home: OpenHome;
  readonly console: RunningConsole;
  /** somebody who has come in; by default named after the role */
  readonly enter: (role: Role, name?: string) => Session;
  readonly ask: (where: string, session?: Session) => Promise<Response>;
  /** sends a document as the page does */
  readonly tell: (where: string, session: Session, body: object, headers?: Readonly<Record<string, string>>) => Promise<Response>;
  readonly close: () => Promise<void>;
}

/** Opens a home of its own, which `AITRADER_HOME` names meanwhile, and starts a console over it. */
export async function openConsole(env: Readonly<Record<string, string>> = {}): Promise<ConsoleUnderTest> {
  const folder = mkdtempSync(path.join(tmpdir(), 'console-'));
  const homeBefore = process.env['AITRADER_HOME'];
  process.env['AITRADER_HOME'] = folder;
  const [opened, over] = [Promise.withResolvers<OpenHome>(), Promise.withResolvers<undefined>()];
  const whileOpen = withHome({ onProgress: () => undefined }, async (open) => {
    opened.resolve(open);
    await over.promise;
  });
  const home = await Promise.race([opened.promise, whileOpen.then(() => Promise.reject(new Error('the home is closed')))]);
  const console = await startConsole(consoleEnvironment(env), home, createLogger({ service: 'console', level: 'error' }));
  const cookieOf = (session: Session | undefined): Record<string, string> =>
    session === undefined ? {} : { cookie: `${COOKIE}=${session.id}` };
  return {
    ...{ home, console },
    enter: (role, name = `the-${role}`) => console.app.get(Sessions).enter({ name, role }, Date.now()),
    ask: (where, session) => fetch(new URL(where, console.url), { redirect: 'manual', headers: cookieOf(session) }),
    tell: (where, session, body, headers = {}) =>
      fetch(new URL(where, console.url), {
        method: 'POST',
        body: JSON.stringify(body),
        headers: {
          ...cookieOf(session),
          'content-type': 'application/json',
          origin: new URL(console.url).origin,
          'x-csrf-token': session.csrf,
          ...headers,
        },
      }),
    close: async () => {
      await console.close();
      over.resolve(undefined);
      await whileOpen;
      if (homeBefore === undefined) Reflect.deleteProperty(process.env, 'AITRADER_HOME');
      else process.env['AITRADER_HOME'] = homeBefore;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** All operations of a console's document but the way in, each as its method and its address, with something in the place of what it is about. */
export const operationsOf = ({ app }: RunningConsole, run: RunId): readonly (readonly [method: string, route: string])[] =>
  Object.entries(apiDocument(app).paths).flatMap(([route, methods]) =>
    Object.keys(methods)
      .filter(() => route !== '/login')
      .map((method) => [method.toUpperCase(), filled(route, run)] as const),
  );

const filled = (route: string, run: RunId): string =>
  route
    .replace('{run}', run)
    .replace(/\{\w+\}/g, 'AAA')
    .concat(route.includes('/why/') ? '?at=1' : '');

const T = epochMs(Date.parse('2026-01-05T15:31:00Z'));

/** Begins a run that nobody runs: its manifest is all there is. */
export async function beginRun({ bus }: OpenHome, run: RunId, broker: object | null = null): Promise<void> {
  const manifest: Manifest = {
    ...{ run, kind: broker === null ? 'paper' : 'live', createdAt: T, codeVersion: '1', codeHash: '', codeCommit: '' },
    ...{ nodeVersion: 'v26', shards: 1, timeframe: '1m', universe: [ticker('AAA')] },
    config: parseRunConfig({ broker }, 'the configuration of a test'),
    ...{ configHash: 'c'.repeat(64), sources: [], from: T, to: T, follows: null },
  };
  await beginRecording(bus, run);
  await new Promise<void>((resolve, reject) => {
    const publisher = new FencedPublisher(bus, run, 'ingest', { failed: reject, stored: () => resolve() });
    void publisher.own('manifest', -1).then(() => {
      publisher.publish([{ fact: 'manifest', shard: -1, t: T, payload: encodeManifest(manifest) }]);
      publisher.flush();
    }, reject);
  });
}
