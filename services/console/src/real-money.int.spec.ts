/**
 * A run with real money in a console whose people an issuer names: who sees it, who stops it, and that what lets more in takes two of them.
 */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { approve, listProposals, proposalNamed, propose } from '@aitrader/application-agents';
import type { ProposalRow, ReadinessPart } from '@aitrader/application-console';
import { decodeControl } from '@aitrader/contracts';
import { runId, type Control } from '@aitrader/model';
import { messageAt, recordingInfo } from '@aitrader/runtime-bus';
import { Insider, startIssuer, type Issuer } from '../../../tools/testing/openid-people.ts';
import type { CommandAnswer } from './commands.controller.ts';
import { beginRun, openConsole, operationsOf, type ConsoleUnderTest } from './testing/open-console.ts';

const START_MS_MAX = 240_000;
const RUN = runId('live-named');
const HERE = `/api/runs/${RUN}`;
const person = (name: string, role: string): object => ({ preferred_username: name, roles: [`aitrader.${role}`] });

describe('a run with real money, to people whom an issuer names', () => {
  let issuer: Issuer;
  let open: ConsoleUnderTest;
  let [vera, olaf, rita, ruth] = [] as unknown as [Insider, Insider, Insider, Insider];

  beforeAll(async () => {
    issuer = await startIssuer({
      ...{ vera: person('vera', 'viewer'), olaf: person('olaf', 'operator') },
      ...{ rita: person('rita', 'risk-officer'), ruth: person('ruth', 'risk-officer'), another: person('rita', 'admin') },
    });
    open = await openConsole(issuer.env);
    await beginRun(open.home, RUN, { name: 'alpaca', account: 'live' });
    [vera, olaf, rita, ruth] = await Promise.all([enter('vera'), enter('olaf'), enter('rita'), enter('ruth')]);
  }, START_MS_MAX);
  afterAll(async () => {
    await open.close();
    issuer.close();
  });

  const enter = (who: string): Promise<Insider> => Insider.enter(open.console.url, who);
  const stored = async (): Promise<number> => (await recordingInfo(open.home.bus, RUN)).state.messages;
  const recorded = async (seq: number | null): Promise<Control | undefined> => {
    const message = await messageAt(open.home.bus, RUN, seq ?? 0);
    return message === undefined ? undefined : decodeControl(message.data);
  };
  const command = (who: Insider, body: object): Promise<Response> => who.tell(`${HERE}/commands`, body);
  const answered = async (answer: Promise<Response>): Promise<readonly [status: number, words: string]> => {
    const response = await answer;
    return [response.status, await response.text()];
  };
  /** What a first person has asked for, as it is listed. */
  async function asked(who: Insider, body: object): Promise<ProposalRow> {
    const before = await stored();
    const answer = await command(who, { ...body, confirm: RUN });
    const { seq, awaits } = (await answer.json()) as CommandAnswer;
    expect([answer.status, seq, await stored()]).toEqual([200, null, before]);
    const rows = (await (await vera.ask(`${HERE}/proposals`)).json()) as readonly ProposalRow[];
    const row = rows.find(({ key }) => key === awaits);
    if (row === undefined) throw new Error('what was asked for is not listed');
    return row;
  }
  const approved = (who: Insider, { key, hash }: Pick<ProposalRow, 'key' | 'hash'>): Promise<Response> =>
    who.tell(`${HERE}/proposals/${key}/approve`, { hash, reason: 'it is right', confirm: RUN });

  const RESUME = { kind: 'resume', reason: 'all clear' };

  it('is shown to a viewer, on every route that names a run, and in the stream as LIVE from the first message on', async () => {
    const routes = operationsOf(open.console, RUN).filter(([method, route]) => method === 'GET' && route.includes(RUN));
    expect(routes.length).toBeGreaterThan(10);
    for (const [, route] of routes.filter(([, one]) => !one.endsWith('/stream'))) {
      const { status } = await vera.ask(route);
      // there is a manifest and nothing else: of much nothing is there yet, and what stands for a time here is none
      expect([route, [200, 400, 404, 422].includes(status)]).toEqual([route, true]);
    }
    expect(await (await vera.ask(HERE)).json()).toMatchObject({ run: RUN, kind: 'live', isLive: true });
    const stopping = new AbortController();
    const { body, status } = await fetch(new URL(`${HERE}/stream`, open.console.url), {
      headers: { cookie: vera.cookies },
      signal: stopping.signal,
    });
    expect(status).toBe(200);
    let said = '';
    for await (const chunk of body?.pipeThrough(new TextDecoderStream()) ?? []) if (/"isLive":/.test((said += chunk))) break;
    stopping.abort();
    expect(said).toContain('"isLive":true');
  });

  it('is commanded by no viewer, whatever is asked', async () => {
    const before = await stored();
    for (const [, route] of operationsOf(open.console, RUN).filter(([method, one]) => method === 'POST' && one.includes(RUN)))
      expect([route, (await vera.tell(route, {})).status]).toEqual([route, 403]);
    expect(await stored()).toBe(before);
  });

  it.each(['halt', 'reduce-only', 'flatten', 'cancel', 'disarm'])('is stopped by one operator: %s', async (kind) => {
    const symbols = kind === 'halt' || kind === 'disarm' ? {} : { symbols: [] };
    const answer = await command(olaf, { kind, reason: 'enough', ...symbols });
    const { seq } = (await answer.json()) as CommandAnswer;
    expect([answer.status, await recorded(seq)]).toEqual([200, expect.objectContaining({ kind, actor: 'olaf' })]);
  });

  it.each([
    ['resume', RESUME],
    ['arm', { kind: 'arm', reason: 'it is time' }],
    ['limits', { kind: 'limits', reason: 'calmer', limits: [{ limit: 'openOrdersMax', most: 1 }] }],
  ])('lets an operator not even ask for what lets more in: %s', async (_, body) => {
    const before = [await stored(), listProposals(open.home.home).length];
    expect((await command(olaf, { ...body, confirm: RUN })).status).toBe(403);
    expect([await stored(), listProposals(open.home.home).length]).toEqual(before);
  });

  it('takes a second person for an order by hand, too, and records both names', async () => {
    const order = { symbol: 'AAA', side: 'buy', shares: '1', stop: '1', target: '3', minutes: 5 };
    const row = await asked(olaf, { kind: 'order', reason: 'by hand', order });
    expect((await approved(olaf, row)).status).toBe(400);
    const { seq } = (await (await approved(rita, row)).json()) as CommandAnswer;
    expect(await recorded(seq)).toMatchObject({
      actor: 'rita',
      reason: 'by hand (asked for by olaf, approved by rita: it is right)',
    });
  });

  it('is resumed by two who are two to the issuer, and not by one in two sessions, or under two names', async () => {
    const row = await asked(rita, RESUME);
    const before = await stored();
    expect(await answered(approved(rita, row))).toEqual([400, expect.stringContaining('rita proposed')]);
    expect((await approved(await enter('rita'), row)).status).toBe(400);
    issuer.people['rita'] = person('margarita', 'admin');
    expect(await answered(approved(await enter('rita'), row))).toEqual([
      400,
      expect.stringContaining('margarita is rita, who proposed'),
    ]);
    issuer.people['rita'] = person('rita', 'risk-officer');
    // the recording could not tell two of one name apart
    expect((await approved(await enter('another'), row)).status).toBe(400);
    expect((await approved(olaf, row)).status).toBe(403);
    expect(await stored()).toBe(before);
    const { seq } = (await (await approved(ruth, row)).json()) as CommandAnswer;
    expect(await recorded(seq)).toMatchObject({
      ...{ kind: 'resume', actor: 'ruth', reason: 'all clear (asked for by rita, approved by ruth: it is right)' },
    });
    expect(proposalNamed(open.home.home, row.key)).toMatchObject({
      proposal: { subject: 'rita' },
      decision: { subject: 'ruth' },
    });
  });

  it('is not resumed by one of them and somebody in a terminal, whom nobody names', async () => {
    const { key: id, hash } = await asked(rita, RESUME);
    const before = await stored();
    await expect(approve(open.home, { id, hash, by: 'ruth', reason: '' }, Date.now())).rejects.toThrow('in the console');
    expect(await stored()).toBe(before);
  });

  it('is not resumed by one of them and an agent, who may have proposed it before it was kept from such runs', async () => {
    const { proposal, hash } = await propose(
      open.home,
      { run: RUN, by: 'helper', command: { ...RESUME, confirm: '' } },
      Date.now(),
    );
    const before = await stored();
    expect(await answered(approved(rita, { key: proposal.id, hash }))).toEqual([
      400,
      expect.stringContaining('an agent is none'),
    ]);
    expect(await stored()).toBe(before);
  });

  it('is not armed while it is not ready: each gate is named, and nobody is asked to approve it', async () => {
    const before = [await stored(), listProposals(open.home.home).length];
    const [status, words] = await answered(command(rita, { kind: 'arm', reason: 'it is time', confirm: RUN }));
    expect([status, words]).toEqual([400, expect.stringContaining('NOT MET  paper-days: 0, limit 20')]);
    for (const gate of ['fleet', 'limits', 'kill-switch']) expect(words).toContain(`NOT MET  ${gate}:`);
    expect([await stored(), listProposals(open.home.home).length]).toEqual(before);
  });

  it('tells how ready it is, gate by gate, with the days behind it and what to do', async () => {
    const answer = await vera.ask(`${HERE}/readiness`);
    expect(answer.status).toBe(200);
    const { gates, days, ...said } = (await answer.json()) as ReadinessPart;
    expect(said).toMatchObject({ run: RUN, isLive: true, date: '2026-01-05', isReady: false, cleanDays: 0, armed: null });
    expect(days.length).toBe(20);
    const problem = '2026-01-02 has no parity record (schedule/2026-01-02/parity/report.json)';
    expect(days[0]).toEqual({ date: '2026-01-02', problem });
    expect(gates.find(({ key }) => key === 'limits')).toMatchObject({
      ...{ isMet: false, limit: 'not known', todo: `npx aitrader readiness approve ${RUN} --reason …` },
    });
    expect(gates.find(({ key }) => key === 'unknown-orders')).toMatchObject({ isMet: true, value: '0', todo: '' });
  });
});
