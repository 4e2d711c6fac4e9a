/**
 * Agents at the console: who is let in, and what each may do, by the Model Context Protocol over HTTP.
 */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { listProposals, newAgentKey, revokeAgentKeys } from '@aitrader/application-agents';
import { memoryHost } from '@aitrader/application-backtest';
import { resultOf } from '@aitrader/application-recordings';
import { runId } from '@aitrader/model';
import { recordingInfo } from '@aitrader/runtime-bus';
import { ALPACA_PAPER, parseRunConfig } from '@aitrader/runtime-configuration';
import { SILENT } from '@aitrader/runtime-telemetry';
import { COOKIE } from './access.guard.ts';
import { beginRun, openConsole, type ConsoleUnderTest } from './testing/open-console.ts';

const START_MS_MAX = 240_000;
const MEASURE_MS_MAX = 120_000;
const [RUN, MEASURED, LIVE] = [runId('paper-looked-at'), runId('backtest-measured'), runId('live-not-shown')];

interface Told {
  readonly isError?: boolean;
  readonly content: readonly { readonly text: string }[];
}

describe('an agent at the console', () => {
  let open: ConsoleUnderTest;
  let key: string;
  beforeAll(async () => {
    open = await openConsole();
    await beginRun(open.home, RUN);
    await beginRun(open.home, LIVE, { ...ALPACA_PAPER, account: 'live' });
    const config = parseRunConfig({}, 'the configuration of a test');
    const sample = { source: { kind: 'sample' }, shards: 1, config, listener: SILENT } as const;
    await memoryHost({ run: MEASURED, kind: 'backtest', ...sample }, open.home, true);
    key = await newAgentKey(open.home.home, 'claude', Date.now());
  }, START_MS_MAX);
  afterAll(() => open.close());

  const send = (
    message: object | undefined,
    headers: Readonly<Record<string, string>> = {},
    method = 'POST',
  ): Promise<Response> =>
    fetch(new URL('/mcp', open.console.url), {
      method,
      headers: {
        'content-type': 'application/json',
        accept: 'application/json, text/event-stream',
        authorization: `Bearer ${key}`,
        ...headers,
      },
      ...(message === undefined ? {} : { body: JSON.stringify({ jsonrpc: '2.0', ...message }) }),
    });
  /** The message that answers one, whether it comes alone or in a stream. */
  const asked = async (method: string, params: object): Promise<unknown> => {
    const answer = await send({ id: 7, method, params });
    const text = await answer.text();
    expect([answer.status, text]).toEqual([200, expect.stringContaining('"id":7')]);
    const line =
      text
        .split('\n')
        .find((one) => one.startsWith('data: '))
        ?.slice('data: '.length) ?? text;
    return (JSON.parse(line) as { readonly result: unknown }).result;
  };
  const call = async (name: string, args: object): Promise<{ readonly isError: boolean; readonly text: string }> => {
    const { isError = false, content } = (await asked('tools/call', { name, arguments: args })) as Told;
    return { isError, text: content[0]?.text ?? '' };
  };

  it('is greeted, and told what it may: nothing that arms, raises a limit or approves', async () => {
    const greeting = { protocolVersion: '2025-06-18', capabilities: {}, clientInfo: { name: 'a test', version: '1' } };
    expect(await asked('initialize', greeting)).toMatchObject({ serverInfo: { name: 'aitrader' } });
    const { tools } = (await asked('tools/list', {})) as { readonly tools: readonly { readonly name: string }[] };
    expect(tools.map(({ name }) => name).sort()).toEqual([
      ...['calibration', 'edge', 'explain_fill', 'list_proposals', 'list_runs', 'look_at_run', 'parity', 'propose_command'],
      ...['verify', 'why'],
    ]);
  });

  it(
    'sees runs, and of one with real money that there is one',
    async () => {
      const { text } = await call('list_runs', {});
      for (const run of [RUN, MEASURED, LIVE]) expect(text).toContain(run);
      expect(await call('look_at_run', { run: LIVE })).toEqual({ isError: true, text: expect.stringContaining('real money') });
      expect(await call('edge', { run: LIVE })).toEqual({ isError: true, text: expect.stringContaining('real money') });
    },
    MEASURE_MS_MAX,
  );

  it('proposes under its name, which changes nothing', async () => {
    const { messages } = (await recordingInfo(open.home.bus, RUN)).state;
    const { isError } = await call('propose_command', { run: RUN, command: { kind: 'halt', reason: 'it falls' } });
    expect(isError).toBe(false);
    expect(listProposals(open.home.home).map(({ proposal }) => [proposal.by, proposal.from, proposal.command.kind])).toEqual([
      ['claude', 'agent', 'halt'],
    ]);
    expect((await recordingInfo(open.home.bus, RUN)).state.messages).toBe(messages);
    for (const kind of ['arm', 'set-limits'])
      expect(await call('propose_command', { run: RUN, command: { kind, reason: 'more' } })).toMatchObject({ isError: true });
    expect(listProposals(open.home.home)).toHaveLength(1);
  });

  it(
    'is told what is measured by a process of its own, one measure at a time, while the console goes on answering',
    async () => {
      let isOver = false;
      const measuring = call('edge', { run: MEASURED }).finally(() => (isOver = true));
      const second = await call('verify', { run: MEASURED });
      expect(second).toEqual({ isError: true, text: expect.stringContaining('a measure goes on already') });
      expect([isOver, (await open.ask('/api/runs', open.enter('viewer'))).status]).toEqual([false, 200]);
      const { isError, text } = await measuring;
      expect([isError, isError ? text : '']).toEqual([false, '']);
      const { edges, equity } = await resultOf(open.home.bus, MEASURED);
      expect(JSON.parse(text)).toMatchObject(JSON.parse(JSON.stringify({ edges, equity })) as object);
      expect((await call('verify', { run: MEASURED })).text).toContain('"difference":null');
    },
    MEASURE_MS_MAX,
  );

  describe('is refused', () => {
    const greeting = { id: 1, method: 'tools/list', params: {} };

    it('without a key, by another one, and by the session of a person', async () => {
      const { id } = open.enter('admin');
      for (const headers of [
        { authorization: '' },
        { authorization: `Bearer ${key}x` },
        { authorization: `Basic ${key}` },
        { authorization: '', cookie: `${COOKIE}=${id}` },
      ]) {
        const answer = await send(greeting, headers);
        expect([answer.status, answer.headers.get('www-authenticate')]).toEqual([401, 'Bearer']);
      }
    });

    it('from the page of another site, whatever key it has', async () => {
      expect((await send(greeting, { origin: 'https://example.com' })).status).toBe(403);
      expect((await send(greeting, { origin: new URL(open.console.url).origin })).status).toBe(200);
    });

    it('by its key at what is for people', async () => {
      const answer = await fetch(new URL('/api/runs', open.console.url), { headers: { authorization: `Bearer ${key}` } });
      expect(answer.status).toBe(401);
    });

    it('what is no message, and where it would listen', async () => {
      expect((await send(undefined, {}, 'GET')).status).toBe(405);
      expect((await send({ id: 1, method: 'nothing/known', params: {} })).status).toBeLessThan(500);
      expect((await send(undefined)).status).toBe(400);
    });

    it('once its keys are taken away', async () => {
      const own = await newAgentKey(open.home.home, 'passing', Date.now());
      const headers = { authorization: `Bearer ${own}` };
      expect((await send(greeting, headers)).status).toBe(200);
      expect(await revokeAgentKeys(open.home.home, 'passing')).toBe(1);
      expect((await send(greeting, headers)).status).toBe(401);
    });
  });
});
