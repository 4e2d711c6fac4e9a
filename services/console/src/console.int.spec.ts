/**
 * The console as a browser and as somebody who means ill find it, over a real bus.
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { memoryHost } from '@aitrader/application-backtest';
import type { Beat, Changes, Role } from '@aitrader/application-console';
import { beginRecording, withHome, type OpenHome } from '@aitrader/application-supervision';
import { decodeControl, encodeManifest } from '@aitrader/contracts';
import { epochMs, runId, ticker, type Manifest, type RunId } from '@aitrader/model';
import { FencedPublisher, messageAt, recordingInfo } from '@aitrader/runtime-bus';
import { parseRunConfig } from '@aitrader/runtime-configuration';
import { createLogger, SILENT } from '@aitrader/runtime-telemetry';
import { COOKIE } from './access.guard.ts';
import { ROLES } from './access.ts';
import { startConsole, type RunningConsole } from './application.ts';
import { COMMAND_KEY } from './command-body.ts';
import { consoleEnvironment } from './console-environment.ts';
import { Sessions, type Session } from './sessions.ts';
import { operationsOf } from './testing/open-console.ts';

const START_MS_MAX = 240_000;
const T = epochMs(Date.parse('2026-01-05T15:31:00Z'));
const WHOLE = runId('backtest-whole');
const BEGUN = runId('paper-begun');
const LIVE = runId('live-begun');

const manifestOf = (run: RunId, kind: Manifest['kind'], broker: object | null): Manifest => ({
  ...{ run, kind, createdAt: T, codeVersion: '1', codeHash: '', codeCommit: '', nodeVersion: 'v26', shards: 1, timeframe: '1m' },
  universe: [ticker('AAA')],
  config: parseRunConfig({ broker }, 'the configuration of a test'),
  ...{ configHash: 'c'.repeat(64), sources: [], from: T, to: T, follows: null },
});

/** A run that was begun, and that nobody runs. */
async function begin({ bus }: OpenHome, manifest: Manifest): Promise<void> {
  await beginRecording(bus, manifest.run);
  await new Promise<void>((resolve, reject) => {
    const publisher = new FencedPublisher(bus, manifest.run, 'ingest', { failed: reject, stored: () => resolve() });
    void publisher.own('manifest', -1).then(() => {
      publisher.publish([{ fact: 'manifest', shard: -1, t: T, payload: encodeManifest(manifest) }]);
      publisher.flush();
    }, reject);
  });
}

interface Said {
  readonly event: string;
  readonly id: string;
  readonly data: unknown;
}

describe('the console', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'console-'));
  const homeBefore = process.env['AITRADER_HOME'];
  const over = Promise.withResolvers<undefined>();
  let whileOpen: Promise<unknown>;
  let home: OpenHome;
  let console: RunningConsole;

  beforeAll(async () => {
    process.env['AITRADER_HOME'] = folder;
    const opened = Promise.withResolvers<OpenHome>();
    whileOpen = withHome({ onProgress: () => undefined }, async (open) => {
      opened.resolve(open);
      await over.promise;
    });
    home = await Promise.race([opened.promise, whileOpen.then(() => Promise.reject(new Error('it is closed')))]);
    const config = parseRunConfig({}, 'the configuration of a test');
    const sample = { source: { kind: 'sample' }, shards: 1, config, listener: SILENT } as const;
    await memoryHost({ run: WHOLE, kind: 'backtest', ...sample }, home, true);
    await begin(home, manifestOf(BEGUN, 'paper', null));
    await begin(home, manifestOf(LIVE, 'live', { name: 'alpaca', account: 'live' }));
    console = await startConsole(consoleEnvironment({}), home, createLogger({ service: 'console', level: 'error' }));
  }, START_MS_MAX);
  afterAll(async () => {
    await console.close();
    over.resolve(undefined);
    await whileOpen;
    if (homeBefore === undefined) Reflect.deleteProperty(process.env, 'AITRADER_HOME');
    else process.env['AITRADER_HOME'] = homeBefore;
    rmSync(folder, { recursive: true, force: true });
  });

  const enter = (role: Role): Session => console.app.get(Sessions).enter({ name: `the-${role}`, role }, Date.now());
  const cookieOf = ({ id }: Session): Record<string, string> => ({ cookie: `${COOKIE}=${id}` });
  const ask = (where: string, init: RequestInit = {}): Promise<Response> =>
    fetch(new URL(where, console.url), { redirect: 'manual', ...init });
  let commands = 0;
  /** A command as the page sends it, but for what `headers` says otherwise. */
  const command = (run: string, session: Session, body: object, headers: Record<string, string> = {}): Promise<Response> =>
    ask(`/api/runs/${run}/commands`, {
      method: 'POST',
      body: JSON.stringify(body),
      headers: {
        ...cookieOf(session),
        'content-type': 'application/json',
        origin: new URL(console.url).origin,
        'x-csrf-token': session.csrf,
        [COMMAND_KEY]: `command-${(commands += 1)}`,
        ...headers,
      },
    });
  const stored = async (run: RunId): Promise<number> => (await recordingInfo(home.bus, run)).state.messages;

  it('says that the bus is away when it is, and goes on when it is back', async () => {
    const { pid } = JSON.parse(readFileSync(path.join(folder, 'nats', 'server.json'), 'utf8')) as { readonly pid: number };
    const looked = (): Promise<Response> => ask(`/api/runs/${WHOLE}`, { headers: cookieOf(enter('viewer')) });
    expect((await looked()).status).toBe(200);
    process.kill(pid, 'SIGSTOP');
    try {
      // asked of by who lets in, and by what answers
      for (const away of [await looked(), await ask('/api/runs', { headers: cookieOf(enter('viewer')) })]) {
        expect(away.status).toBe(503);
        expect(await away.json()).toMatchObject({ message: expect.stringContaining('the bus does not answer') });
      }
    } finally {
      process.kill(pid, 'SIGCONT');
    }
    expect((await looked()).status).toBe(200);
  });

  describe('lets in', () => {
    it('one person by the token that it printed, once', async () => {
      const first = await fetch(console.entrance, { redirect: 'manual' });
      expect([first.status, first.headers.get('location')]).toEqual([303, '/']);
      const cookie = first.headers.get('set-cookie') ?? '';
      expect(cookie).toMatch(/; HttpOnly; SameSite=Strict$/);
      const who = await ask('/api/session', { headers: { cookie: cookie.split(';')[0] ?? '' } });
      expect(await who.json()).toMatchObject({ role: 'admin', mode: 'local' });
      expect((await fetch(console.entrance, { redirect: 'manual' })).status).toBe(401);
      expect((await ask('/login?token=')).status).toBe(401);
      expect((await ask('/login')).status).toBe(401);
    });

    it('nobody who has left', async () => {
      const session = enter('viewer');
      const leave = await ask('/api/logout', {
        method: 'POST',
        headers: { ...cookieOf(session), origin: new URL(console.url).origin, 'x-csrf-token': session.csrf },
      });
      expect(leave.status).toBe(204);
      expect((await ask('/api/session', { headers: cookieOf(session) })).status).toBe(401);
    });

    it('nobody by a name that was made to point here', async () => {
      const { port } = new URL(console.url);
      const { request } = await import('node:http');
      const status = await new Promise<number | undefined>((resolve, reject) => {
        const asked = request({ host: '127.0.0.1', port, path: '/', headers: { host: 'console.example' } }, (answer) => {
          answer.resume();
          resolve(answer.statusCode);
        });
        asked.on('error', reject).end();
      });
      expect(status).toBe(421);
    });
  });

  describe('refuses on every route', () => {
    const operations = () => operationsOf(console, WHOLE);

    it('who has not come in', async () => {
      const answers = await Promise.all(
        operations().map(async ([method, route]) => [method, route, (await ask(route, { method })).status] as const),
      );
      expect(answers.length).toBeGreaterThan(9);
      expect(answers.filter(([, , status]) => status !== 401)).toEqual([]);
    });

    it('what is above the role, and nothing that is not', async () => {
      const viewer = enter('viewer');
      for (const [method, route] of operations().filter(([how]) => how === 'POST' && !'/api/logout'.endsWith(how))) {
        // who goes, and who comes by an agent's key, is asked for no role
        if (['/api/logout', '/mcp'].includes(route)) continue;
        const headers = { ...cookieOf(viewer), origin: new URL(console.url).origin, 'x-csrf-token': viewer.csrf };
        expect([route, (await ask(route, { method, headers })).status]).toEqual([route, 403]);
      }
      for (const role of ROLES) expect((await ask('/api/runs', { headers: cookieOf(enter(role)) })).status).toBe(200);
    });

    it('a run with real money, to who came in by the printed token', async () => {
      const admin = enter('admin');
      const headers = { ...cookieOf(admin), origin: new URL(console.url).origin, 'x-csrf-token': admin.csrf };
      const ofRun = operations().filter(([, where]) => where.includes(WHOLE));
      expect(new Set(ofRun.map(([method]) => method))).toEqual(new Set(['GET', 'POST']));
      const answers = await Promise.all(
        ofRun.map(async ([method, route]) => {
          const answer = await ask(route.replace(WHOLE, LIVE), { method, headers });
          return [method, route, answer.status, await answer.text()] as const;
        }),
      );
      expect(answers.filter(([, , status, words]) => status !== 403 || !words.includes('trades with real money'))).toEqual([]);
      const before = await stored(LIVE);
      expect((await command(LIVE, admin, { kind: 'halt', reason: 'a test' })).status).toBe(403);
      expect(await stored(LIVE)).toBe(before);
    });
  });

  describe('records a command', () => {
    it('with who gave it and why, and says where', async () => {
      const operator = enter('operator');
      const answer = await command(BEGUN, operator, { kind: 'halt', reason: 'the news' });
      expect(answer.status).toBe(200);
      const told = (await answer.json()) as { seq: number; running: boolean };
      expect(told).toMatchObject({ run: BEGUN, running: false });
      const message = await messageAt(home.bus, BEGUN, told.seq);
      expect(message === undefined ? undefined : decodeControl(message.data)).toMatchObject({
        ...{ kind: 'halt', actor: 'the-operator', reason: 'the news' },
      });
    });

    it('once, however often it is sent, and no other under its name', async () => {
      const operator = enter('operator');
      const before = await stored(BEGUN);
      const body = { kind: 'cancel', reason: 'twice', symbols: ['AAA'] };
      const key = { [COMMAND_KEY]: 'the-same-command' };
      const answers = await Promise.all([1, 2, 3].map(async () => (await command(BEGUN, operator, body, key)).json()));
      expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
      expect(await stored(BEGUN)).toBe(before + 1);
      expect((await command(BEGUN, operator, { ...body, reason: 'another' }, key)).status).toBe(409);
    });

    const halt = { kind: 'halt', reason: 'a test' };
    it.each<readonly [string, number, object, Record<string, string>, RegExp]>([
      ['of another site', 403, halt, { origin: 'https://elsewhere.example' }, /comes from/],
      ['of another session', 403, halt, { 'x-csrf-token': 'x' }, /x-csrf-token/],
      ['without a name', 400, halt, { [COMMAND_KEY]: '' }, /idempotency-key/],
      ['without a reason', 400, { kind: 'halt', reason: ' ' }, {}, /reason/],
      ['that is none', 400, { kind: 'buy', reason: 'a test' }, {}, /kind/],
      ['with more than it takes', 400, { ...halt, symbols: [] }, {}, /symbols/],
      ['of a symbol that is not traded', 400, { kind: 'cancel', reason: 'a test', symbols: ['ZZZ'] }, {}, /ZZZ/],
    ])('not one %s', async (_, status, body, headers, words) => {
      const before = await stored(BEGUN);
      const answer = await command(BEGUN, enter('admin'), body, headers);
      expect([answer.status, await answer.text()]).toEqual([status, expect.stringMatching(words)]);
      expect(await stored(BEGUN)).toBe(before);
    });

    it('that lets more in only by the name of the run, and by a risk officer', async () => {
      const resume = { kind: 'resume', reason: 'all clear' };
      const typed = { ...resume, confirm: BEGUN };
      expect((await command(BEGUN, enter('operator'), typed)).status).toBe(403);
      expect((await command(BEGUN, enter('risk-officer'), resume)).status).toBe(400);
      expect((await command(BEGUN, enter('risk-officer'), { ...resume, confirm: 'paper' })).status).toBe(400);
      expect((await command(BEGUN, enter('risk-officer'), typed)).status).toBe(200);
    });

    it('to no run that has ended, nor to one that is not there', async () => {
      const ended = await command(WHOLE, enter('admin'), halt);
      expect([ended.status, await ended.text()]).toEqual([400, expect.stringContaining('has ended')]);
      expect((await command('paper-nowhere', enter('admin'), halt)).status).toBe(404);
    });
  });

  describe('tells a page', () => {
    /** What a stream says until `enough` of it. */
    async function heard(
      run: string,
      lastId: string | undefined,
      enough: (said: readonly Said[]) => boolean,
    ): Promise<readonly Said[]> {
      const stopping = new AbortController();
      const headers = { ...cookieOf(enter('viewer')), ...(lastId === undefined ? {} : { 'last-event-id': lastId }) };
      const { body, status } = await ask(`/api/runs/${run}/stream`, { headers, signal: stopping.signal });
      expect(status).toBe(200);
      const said: Said[] = [];
      let text = '';
      for await (const chunk of body?.pipeThrough(new TextDecoderStream()) ?? []) {
        const parts = (text + chunk).split('\n\n');
        text = parts.pop() ?? '';
        said.push(...parts.flatMap(eventIn));
        if (enough(said)) break;
      }
      stopping.abort();
      return said;
    }
    const changesIn = (said: readonly Said[]): readonly Changes[] =>
      said.filter(({ event }) => event === 'changes').map(({ data }) => data as Changes);
    const hasAll = (said: readonly Said[]): boolean =>
      said.some(
        ({ event, data }) => event === 'beat' && (data as Beat).read > 0 && (data as Beat).read === (data as Beat).stored,
      );

    it('all of a run, and then that it has told all', async () => {
      const said = await heard(WHOLE, undefined, hasAll);
      const changes = changesIn(said);
      expect(changes.flatMap(({ head }) => head ?? [])).toMatchObject([{ run: WHOLE, broker: 'simulated', isLive: false }]);
      const fills = new Map(changes.flatMap(({ tables }) => tables.fills ?? []).map((row) => [row.key, row]));
      const orders = new Map(changes.flatMap(({ tables }) => tables.orders ?? []).map((row) => [row.key, row]));
      expect([fills.size, orders.size]).toEqual([30, 15]);
      expect([...orders.values()].map(({ status }) => status)).toEqual(Array.from({ length: 15 }, () => 'closed'));
      expect(changes.at(-1)?.account?.equity).toBeCloseTo(100_149.71, 2);
      expect(changes.map(({ seq }) => seq)).toEqual(changes.map(({ seq }) => seq).toSorted((a, b) => a - b));
    });

    it('only what came since, when it comes back', async () => {
      const all = changesIn(await heard(WHOLE, undefined, hasAll));
      const last = all.at(-1)?.seq ?? 0;
      const since = changesIn(await heard(WHOLE, String(last - 200), hasAll));
      expect(since.flatMap(({ head }) => head ?? [])).toEqual([]);
      expect(since.flatMap(({ tables }) => tables.equity ?? []).length).toBeGreaterThan(0);
      expect(since.flatMap(({ tables }) => tables.equity ?? []).length).toBeLessThan(200);
      expect(since.at(-1)?.seq).toBe(last);
      expect(changesIn(await heard(WHOLE, String(last), hasAll))).toEqual([]);
    });

    it('of a command as soon as it is recorded', async () => {
      const wanted = (said: readonly Said[]): boolean =>
        changesIn(said).some(({ tables }) => tables.commands?.some(({ reason }) => reason === 'seen at once') === true);
      const watching = heard(BEGUN, undefined, wanted);
      const { seq } = (await (await command(BEGUN, enter('operator'), { kind: 'halt', reason: 'seen at once' })).json()) as {
        seq: number;
      };
      const rows = changesIn(await watching).flatMap(({ tables }) => tables.commands ?? []);
      expect(rows.find(({ reason }) => reason === 'seen at once')).toMatchObject({ key: String(seq), inForceAt: null });
    });
  });

  describe('serves its page', () => {
    it('with a word of its own for its scripts each time, and for no other', async () => {
      const pages = await Promise.all([1, 2].map(() => ask('/runs/any/screen')));
      const policies = pages.map(({ headers }) => headers.get('content-security-policy') ?? '');
      const nonces = policies.map((policy) => /script-src 'self' 'nonce-([^']+)'/.exec(policy)?.[1]);
      expect(new Set(nonces).size).toBe(2);
      for (const [i, page] of pages.entries()) {
        const text = await page.text();
        for (const script of text.match(/<script[^>]*>/g) ?? []) expect(script).toContain(`nonce="${nonces[i] ?? ''}"`);
        expect(text).not.toContain('__NONCE__');
      }
    });

    it.each([
      ['x-content-type-options', 'nosniff'],
      ['x-frame-options', 'DENY'],
      ['referrer-policy', 'no-referrer'],
      ['cross-origin-opener-policy', 'same-origin'],
    ])('with %s: %s, as everything', async (name, value) => {
      for (const where of ['/', '/api/runs', '/assets/nothing.js', '/login'])
        expect([where, (await ask(where)).headers.get(name)]).toEqual([where, value]);
    });

    it('and nothing beside its folder', async () => {
      expect((await ask('/assets/..%2f..%2fpackage.json')).status).toBe(404);
      expect((await ask('/api/nothing')).status).toBe(404);
    });
  });
});

/** An event of a stream; none in what is no event. */
function eventIn(text: string): readonly Said[] {
  const fields = new Map(text.split('\n').map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 2)]));
  const [event, data] = [fields.get('event'), fields.get('data')];
  return event === undefined || data === undefined
    ? []
    : [{ event, id: fields.get('id') ?? '', data: JSON.parse(data) as unknown }];
}
