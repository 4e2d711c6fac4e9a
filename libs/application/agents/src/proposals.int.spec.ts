/**
 * What agents propose over their door, and what comes of it: nothing without a person, and once with one.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { PassThrough } from 'node:stream';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { StdioServerTransport } from '@modelcontextprotocol/server/stdio';
import { beginRecording, type OpenHome } from '@aitrader/application-supervision';
import { decodeControl, encodeManifest } from '@aitrader/contracts';
import { epochMs, runId, ticker, type Manifest } from '@aitrader/model';
import { accessOf, FencedPublisher, messageAt, openBus, recordingInfo } from '@aitrader/runtime-bus';
import { parseRunConfig } from '@aitrader/runtime-configuration';
import { makeSigningKeys } from '@aitrader/runtime-signing';
import { BELIEVING } from '../../../../tools/testing/believing.ts';
import { openTestHome, START_MS_MAX } from '../../../../tools/testing/home-under-test.ts';
import { approve, listProposals, newAgentDoor, propose, proposalNamed, reject, requestSecond } from './index.ts';

const RUN = runId('paper-proposed');
const LIVE = runId('live-proposed');
const T = epochMs(Date.parse('2026-01-05T15:31:00Z'));
const NOW = Date.parse('2026-01-05T15:32:00Z');
const MANIFEST: Manifest = {
  ...{
    run: RUN,
    kind: 'paper',
    createdAt: T,
    codeVersion: '1',
    codeHash: '',
    codeCommit: '',
    nodeVersion: 'v26',
    shards: 1,
    timeframe: '1m',
  },
  ...{ universe: [ticker('AAA')], config: BELIEVING, configHash: 'c'.repeat(64), sources: [], from: T, to: T, follows: null },
};
const HALT = { kind: 'halt', reason: 'it falls' };

describe('what an agent proposes', () => {
  let open: OpenHome & { readonly close: () => Promise<void> };
  beforeAll(async () => {
    open = await openTestHome();
    await makeSigningKeys(open.home);
    await begin(MANIFEST);
    const config = parseRunConfig({ broker: { name: 'alpaca', account: 'live' } }, 'the configuration of a test');
    await begin({ ...MANIFEST, run: LIVE, kind: 'live', config });
  }, START_MS_MAX);
  async function begin(manifest: Manifest): Promise<void> {
    const { run } = manifest;
    await beginRecording(open.bus, run);
    await new Promise<void>((resolve, rejected) => {
      const publisher = new FencedPublisher(open.bus, run, 'ingest', { failed: rejected, stored: () => resolve() });
      void publisher.own('manifest', -1).then(() => {
        publisher.publish([{ fact: 'manifest', shard: -1, t: T, payload: encodeManifest(manifest) }]);
        publisher.flush();
      }, rejected);
    });
  }
  afterAll(() => open.close());

  const stored = async (): Promise<number> => (await recordingInfo(open.bus, RUN)).state.messages;
  const proposed = (command: object = HALT, now = NOW) => propose(open, { run: RUN, by: 'helper', command }, now);
  const deciding = ({ proposal: { id }, hash }: Awaited<ReturnType<typeof proposed>>, by = 'ann') => ({
    id,
    hash,
    by,
    reason: '',
  });

  it('changes nothing', async () => {
    const before = await stored();
    const { proposal, decision } = await proposed();
    expect(decision).toBeNull();
    expect(listProposals(open.home).map((listed) => listed.proposal.id)).toContain(proposal.id);
    expect(await stored()).toBe(before);
  });

  it('is recorded with both names when a person approves it, and only then, and once', async () => {
    const listed = await proposed();
    const before = await stored();
    const { seq } = await approve(open, deciding(listed), NOW);
    const message = await messageAt(open.bus, RUN, seq);
    expect(message === undefined ? undefined : decodeControl(message.data)).toMatchObject({
      ...{ kind: 'halt', actor: 'ann', reason: 'it falls (proposed by helper, approved by ann)' },
    });
    await expect(approve(open, deciding(listed), NOW)).rejects.toThrow('was approved by ann already');
    await expect(approve(open, deciding(listed, 'bob'), NOW)).rejects.toThrow('already');
    expect(await stored()).toBe(before + 1);
    expect(proposalNamed(open.home, listed.proposal.id).decision).toMatchObject({ decision: 'approved', by: 'ann' });
  });

  it('is decided on by one of many who approve at once', async () => {
    const listed = await proposed();
    const before = await stored();
    const outcomes = await Promise.allSettled(['ann', 'bob', 'eve'].map((by) => approve(open, deciding(listed, by), NOW)));
    expect(outcomes.filter(({ status }) => status === 'fulfilled').length).toBe(1);
    expect(await stored()).toBe(before + 1);
  });

  it('is not used up by a recording that was refused', async () => {
    const order = { symbol: 'ZZZ', side: 'buy', shares: '1', stop: '1', target: '2', minutes: 5 };
    const listed = await proposed({ kind: 'order', reason: 'x', order });
    await expect(approve(open, deciding(listed), NOW)).rejects.toThrow('does not trade ZZZ');
    expect(proposalNamed(open.home, listed.proposal.id).decision).toBeNull();
    await expect(approve(open, deciding(listed), NOW)).rejects.toThrow('does not trade ZZZ');
  });

  it('is not used up when the bus did not answer: it can be approved again, and is recorded once', async () => {
    const listed = await proposed();
    const before = await stored();
    // a connection that is gone: what was approved is written down, and the command is not
    const lost = await openBus(accessOf(open.server, 'supervisor'), 'a connection that is lost');
    await lost.nc.close();
    await expect(approve({ ...open, bus: lost }, deciding(listed), NOW)).rejects.toThrow(/clos/i);
    expect(proposalNamed(open.home, listed.proposal.id).decision).toMatchObject({ by: 'ann', seq: null });
    await expect(approve(open, deciding(listed, 'bob'), NOW + 1_000)).rejects.toThrow('is being recorded');
    const { seq } = await approve(open, deciding(listed, 'bob'), NOW + 60_000);
    expect(proposalNamed(open.home, listed.proposal.id).decision).toMatchObject({ by: 'bob', seq });
    await expect(approve(open, deciding(listed), NOW + 120_000)).rejects.toThrow('was approved by bob already');
    expect(await stored()).toBe(before + 1);
  });

  it('is known as recorded when who approved it was killed right behind the recording', async () => {
    const listed = await proposed();
    const { seq } = await approve(open, deciding(listed), NOW);
    const file = path.join(open.home, 'proposals', `${listed.proposal.id}.decision.json`);
    writeFileSync(file, readFileSync(file, 'utf8').replace(`"seq":${seq}`, '"seq":null'));
    const before = await stored();
    await expect(approve(open, deciding(listed, 'bob'), NOW + 60_000)).rejects.toThrow('was approved by ann already');
    await expect(reject(open, deciding(listed, 'bob'), NOW + 60_000)).rejects.toThrow('was approved by ann already');
    expect(proposalNamed(open.home, listed.proposal.id).decision).toMatchObject({ by: 'ann', seq });
    expect(await stored()).toBe(before);
  });

  it('is refused when it is not what was shown any more', async () => {
    const listed = await proposed();
    const before = await stored();
    const file = path.join(open.home, 'proposals', `${listed.proposal.id}.json`);
    writeFileSync(file, readFileSync(file, 'utf8').replace('"halt"', '"flatten"').replace('"reason"', '"symbols":[],"reason"'));
    await expect(approve(open, deciding(listed), NOW)).rejects.toThrow('is not what was shown');
    expect(await stored()).toBe(before);
  });

  it('of a person whom an issuer names is approved by another one of its, whatever they are called', async () => {
    const command = { kind: 'limits', reason: 'calmer', confirm: RUN, limits: [{ limit: 'openOrdersMax', most: 2 }] };
    const asked = await requestSecond(open, { run: RUN, by: 'ann', subject: 'person-1', command }, NOW);
    expect(proposalNamed(open.home, asked.proposal.id)).toMatchObject({ hash: asked.hash, proposal: { subject: 'person-1' } });
    const before = await stored();
    const by = (name: string, subject?: string) => approve(open, { ...deciding(asked, name), subject }, NOW);
    await expect(by('bob', 'person-1')).rejects.toThrow('bob is ann, who proposed');
    await expect(by('ann', 'person-2')).rejects.toThrow('ann proposed');
    await expect(by('bob')).rejects.toThrow('in the console');
    expect(await stored()).toBe(before);
    await by('bob', 'person-2');
    expect(await stored()).toBe(before + 1);
    expect(proposalNamed(open.home, asked.proposal.id).decision).toMatchObject({ by: 'bob', subject: 'person-2' });
  });

  it('is refused when it is old, turned down, or approved by who proposed it', async () => {
    const before = await stored();
    const old = await proposed(HALT, NOW - 16 * 60_000);
    await expect(approve(open, deciding(old), NOW)).rejects.toThrow('15 minutes');
    const downed = await proposed();
    await reject(open, deciding(downed), NOW);
    await expect(approve(open, deciding(downed), NOW)).rejects.toThrow('was rejected by ann');
    await expect(approve(open, deciding(await proposed(), 'helper'), NOW)).rejects.toThrow('somebody else');
    await expect(approve(open, { ...deciding(downed), id: '../bus' }, NOW)).rejects.toThrow('is no proposal');
    expect(await stored()).toBe(before);
  });

  it.each([
    ['arms', { kind: 'arm', reason: 'now' }],
    ['changes a limit', { kind: 'limits', reason: 'more', limits: [] }],
    ['says no reason', { kind: 'halt', reason: '' }],
    [
      'is of no price',
      { kind: 'order', reason: 'x', order: { symbol: 'AAA', side: 'buy', shares: '0', stop: '1', target: '2', minutes: 5 } },
    ],
  ])('is none that %s', async (_, command) => {
    const before = listProposals(open.home).length;
    await expect(proposed(command)).rejects.toThrow(/kind|reason|shares/);
    expect(listProposals(open.home).length).toBe(before);
  });

  it('of a person is what no agent may propose, and somebody else has to decide on it', async () => {
    const limits = { kind: 'limits', reason: 'calmer', confirm: RUN, limits: [{ limit: 'openOrdersMax', most: 1 }] };
    const asked = await requestSecond(open, { run: RUN, by: 'ann', command: limits }, NOW);
    expect(asked.proposal).toMatchObject({ by: 'ann', from: 'person', command: { kind: 'limits' } });
    const before = await stored();
    await expect(approve(open, deciding(asked, 'ann'), NOW)).rejects.toThrow('somebody else');
    const { seq } = await approve(open, deciding(asked, 'bob'), NOW);
    const message = await messageAt(open.bus, RUN, seq);
    expect(message === undefined ? undefined : decodeControl(message.data)).toMatchObject({
      ...{ kind: 'limits', actor: 'bob', reason: 'calmer (asked for by ann, approved by bob)' },
      limits: [{ limit: 'openOrdersMax', most: 1 }],
    });
    expect(await stored()).toBe(before + 1);
  });

  it('comes through the door of the protocol, which has no tool that approves', async () => {
    const [input, output] = [new PassThrough(), new PassThrough()];
    const door = newAgentDoor(open, 'claude', () => NOW);
    await door.connect(new StdioServerTransport(input, output));
    const answers = output[Symbol.asyncIterator]();
    let id = 0;
    const ask = async (method: string, params: object): Promise<{ readonly result: Record<string, unknown> }> => {
      input.write(`${JSON.stringify({ jsonrpc: '2.0', id: (id += 1), method, params })}\n`);
      const { value } = (await answers.next()) as { readonly value: Buffer };
      return JSON.parse(String(value)) as { readonly result: Record<string, unknown> };
    };
    const hello = { protocolVersion: '2025-06-18', capabilities: {}, clientInfo: { name: 'a test', version: '1' } };
    expect((await ask('initialize', hello)).result['serverInfo']).toMatchObject({ name: 'aitrader' });
    input.write(`${JSON.stringify({ jsonrpc: '2.0', method: 'notifications/initialized' })}\n`);
    const { tools } = (await ask('tools/list', {})).result as { readonly tools: readonly { readonly name: string }[] };
    expect(tools.map(({ name }) => name).sort()).toEqual([
      ...[
        'calibration',
        'edge',
        'explain_fill',
        'list_proposals',
        'list_runs',
        'look_at_run',
        'parity',
        'propose_command',
        'verify',
      ],
      'why',
    ]);
    const before = await stored();
    const call = { name: 'propose_command', arguments: { run: RUN, command: HALT } };
    const { content } = (await ask('tools/call', call)).result as { readonly content: readonly { readonly text: string }[] };
    expect(JSON.parse(content[0]?.text ?? '')).toMatchObject({
      proposal: { run: RUN, by: 'claude', command: HALT },
      decision: null,
    });
    expect(await stored()).toBe(before);
    const toldOf = async (name: string, args: object) => {
      const { isError, content: said } = (await ask('tools/call', { name, arguments: args })).result as {
        readonly isError?: boolean;
        readonly content: readonly { readonly text: string }[];
      };
      return { isError: isError === true, text: said[0]?.text ?? '' };
    };
    // of a run with real money it hears that there is one, whatever it asks
    await requestSecond(open, { run: LIVE, by: 'ann', command: { kind: 'resume', reason: 'all clear', confirm: LIVE } }, NOW);
    expect((await toldOf('list_runs', {})).text).toContain(LIVE);
    for (const [name, args] of [
      ['look_at_run', {}],
      ['explain_fill', { fill: '#1' }],
      ['why', { symbol: 'AAA', at: T }],
      ['calibration', {}],
      ['edge', {}],
      ['parity', {}],
      ['verify', {}],
      ['propose_command', { command: HALT }],
    ] as const)
      expect([name, await toldOf(name, { run: LIVE, ...args })]).toEqual([
        name,
        { isError: true, text: expect.stringContaining('trades with real money') },
      ]);
    const proposals = (await toldOf('list_proposals', {})).text;
    expect([proposals.includes(RUN), proposals.includes(LIVE)]).toEqual([true, false]);
    expect(listProposals(open.home).filter(({ proposal }) => proposal.run === LIVE).length).toBe(1);
    await door.close();
  });
});
