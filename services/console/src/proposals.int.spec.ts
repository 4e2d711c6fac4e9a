/**
 * Proposals in the console: who may decide on one, what is recorded then, and what takes two persons.
 */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { propose } from '@aitrader/application-agents';
import type { ProposalRow, Role } from '@aitrader/application-console';
import { decodeControl } from '@aitrader/contracts';
import { runId } from '@aitrader/model';
import { messageAt, recordingInfo } from '@aitrader/runtime-bus';
import { COMMAND_KEY } from './command-body.ts';
import type { CommandAnswer } from './commands.controller.ts';
import { beginRun, openConsole, type ConsoleUnderTest } from './testing/open-console.ts';

const START_MS_MAX = 240_000;
const RUN = runId('paper-proposed');
const OTHER = runId('paper-other');

describe('proposals in the console', () => {
  let open: ConsoleUnderTest;
  beforeAll(async () => {
    open = await openConsole({ AITRADER_CONSOLE_SECOND: 'always' });
    for (const run of [RUN, OTHER]) await beginRun(open.home, run);
  }, START_MS_MAX);
  afterAll(() => open.close());

  const stored = async (): Promise<number> => (await recordingInfo(open.home.bus, RUN)).state.messages;
  const listed = async (): Promise<readonly ProposalRow[]> =>
    (await (await open.ask(`/api/runs/${RUN}/proposals`, open.enter('viewer'))).json()) as readonly ProposalRow[];
  const proposed = async (command: object): Promise<ProposalRow> => {
    const { proposal } = await propose(open.home, { run: RUN, by: 'helper', command }, Date.now());
    const row = (await listed()).find(({ key }) => key === proposal.id);
    if (row === undefined) throw new Error('what was proposed is not listed');
    return row;
  };
  const decide = (
    verdict: 'approve' | 'reject',
    { key, hash }: Pick<ProposalRow, 'key' | 'hash'>,
    role: Role,
    more: { readonly name?: string; readonly confirm?: string; readonly reason?: string; readonly run?: string } = {},
  ): Promise<Response> => {
    const { name, run = RUN, ...said } = more;
    const body = { hash, reason: 'it is right', ...said };
    return open.tell(`/api/runs/${run}/proposals/${key}/${verdict}`, open.enter(role, name), body);
  };
  const HALT = { kind: 'halt', reason: 'it falls' };
  const RESUME = { kind: 'resume', reason: 'all clear', confirm: '' };

  it('are listed with what they would do, and who may let it', async () => {
    expect(await proposed(HALT)).toMatchObject({
      ...{ by: 'helper', from: 'agent', kind: 'halt', needs: 'operator', isTyped: false, standing: 'open' },
      words: 'Nothing new is entered, and entries that wait are canceled. Exits stay at work.',
    });
    expect(await proposed(RESUME)).toMatchObject({ needs: 'risk-officer', isTyped: true });
  });

  it('are recorded with both names when one is approved, and once', async () => {
    const row = await proposed(HALT);
    const before = await stored();
    const answer = await decide('approve', row, 'operator', { name: 'ann' });
    expect(answer.status).toBe(200);
    const { seq } = (await answer.json()) as CommandAnswer;
    const message = await messageAt(open.home.bus, RUN, seq ?? 0);
    expect(message === undefined ? undefined : decodeControl(message.data)).toMatchObject({
      ...{ kind: 'halt', actor: 'ann', reason: 'it falls (proposed by helper, approved by ann: it is right)' },
    });
    expect((await decide('approve', row, 'operator', { name: 'bob' })).status).toBe(400);
    expect(await stored()).toBe(before + 1);
    expect((await listed()).find(({ key }) => key === row.key)).toMatchObject({
      ...{ standing: 'approved', decidedBy: 'ann', decidedBecause: 'it is right', seq },
    });
  });

  it('are turned down, and approved no more', async () => {
    const row = await proposed(HALT);
    const before = await stored();
    expect((await decide('reject', row, 'operator')).status).toBe(204);
    expect((await decide('approve', row, 'admin')).status).toBe(400);
    expect((await listed()).find(({ key }) => key === row.key)).toMatchObject({ standing: 'rejected' });
    expect(await stored()).toBe(before);
  });

  it('are not decided on by who may not, without a reason, unseen, or elsewhere', async () => {
    const [halt, resume] = [await proposed(HALT), await proposed(RESUME)];
    const before = await stored();
    const status = async (answer: Promise<Response>): Promise<number> => (await answer).status;
    expect(await status(decide('approve', halt, 'viewer'))).toBe(403);
    expect(await status(decide('approve', halt, 'operator', { name: 'helper' }))).toBe(400);
    expect(await status(decide('approve', halt, 'operator', { reason: ' ' }))).toBe(400);
    expect(await status(decide('approve', { ...halt, hash: 'a'.repeat(64) }, 'operator'))).toBe(400);
    expect(await status(decide('approve', halt, 'operator', { run: OTHER }))).toBe(404);
    expect(await status(decide('approve', { ...halt, key: 'nothing' }, 'operator'))).toBe(404);
    expect(await status(decide('approve', resume, 'operator', { confirm: RUN }))).toBe(403);
    expect(await status(decide('approve', resume, 'risk-officer'))).toBe(400);
    expect(await stored()).toBe(before);
    expect(await status(decide('approve', resume, 'risk-officer', { confirm: RUN }))).toBe(200);
    expect(await stored()).toBe(before + 1);
  });

  it('take the place of a command that takes two persons: nothing is recorded before the second one', async () => {
    const [ann, before] = [open.enter('risk-officer', 'ann'), await stored()];
    const limits = { kind: 'limits', reason: 'calmer', confirm: RUN, limits: [{ limit: 'openOrdersMax', most: 1 }] };
    const asked = await open.tell(`/api/runs/${RUN}/commands`, ann, limits, { [COMMAND_KEY]: 'two-persons' });
    const { seq, awaits } = (await asked.json()) as CommandAnswer;
    expect([asked.status, seq, await stored()]).toEqual([200, null, before]);
    const row = (await listed()).find(({ key }) => key === awaits);
    if (row === undefined) throw new Error('what was asked for is not listed');
    expect(row).toMatchObject({ by: 'ann', from: 'person', words: 'openOrdersMax is 1 from now on' });
    expect((await decide('approve', row, 'risk-officer', { name: 'ann', confirm: RUN })).status).toBe(400);
    expect(await stored()).toBe(before);
    const approved = (await (
      await decide('approve', row, 'risk-officer', { name: 'bob', confirm: RUN })
    ).json()) as CommandAnswer;
    const message = await messageAt(open.home.bus, RUN, approved.seq ?? 0);
    expect(message === undefined ? undefined : decodeControl(message.data)).toMatchObject({
      ...{ kind: 'limits', actor: 'bob', reason: 'calmer (asked for by ann, approved by bob: it is right)' },
    });
  });

  it('do not stand in the way of who stops', async () => {
    const before = await stored();
    const answer = await open.tell(`/api/runs/${RUN}/commands`, open.enter('operator'), HALT, { [COMMAND_KEY]: 'stopping' });
    expect(answer.status).toBe(200);
    expect(await stored()).toBe(before + 1);
  });

  it('are of no use to arm what trades with no real money, and are not used up by it', async () => {
    const arm = { kind: 'arm', reason: 'now', confirm: RUN };
    const asked = await open.tell(`/api/runs/${RUN}/commands`, open.enter('admin', 'ann'), arm, { [COMMAND_KEY]: 'arming-it' });
    const { awaits } = (await asked.json()) as CommandAnswer;
    const row = (await listed()).find(({ key }) => key === awaits);
    if (row === undefined) throw new Error('what was asked for is not listed');
    const answer = await decide('approve', row, 'admin', { name: 'bob', confirm: RUN });
    expect([answer.status, await answer.text()]).toEqual([400, expect.stringContaining('nothing to arm')]);
    expect((await listed()).find(({ key }) => key === awaits)).toMatchObject({ standing: 'open' });
  });
});
