/** Records of homes that share a place in a real Azurite: a terminal's, a console's, and a scheduler's whose container is another one every day. */
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { approvals, approveLimits, killSwitchTest, uncleanWhy, writeKillSwitchTest } from '@aitrader/application-readiness';
import { startAzurite, type Azurite } from '../../../../tools/testing/azurite.ts';
import { KEPT_VARIABLE, keepRecords, withRecords } from './index.ts';

const START_MS_MAX = 180_000;
const approval = (by: string) => ({ hash: 'a'.repeat(64), by, reason: 'looked at', at: 1 });
const PARITY = 'schedule/2026-01-05/parity/report.json';

describe('a home whose records are kept elsewhere', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'kept-'));
  let azurite: Azurite;
  let env: Record<string, string>;
  let homes = 0;
  let places = 0;

  beforeAll(async () => {
    azurite = await startAzurite();
  }, START_MS_MAX);
  beforeEach(() => {
    env = {
      [KEPT_VARIABLE]: `azure://${azurite.account}/records-${(places += 1)}/${places}`,
      AZURE_STORAGE_CONNECTION_STRING: azurite.connectionString,
    };
  });
  afterAll(async () => {
    await azurite.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  function newHome(): string {
    const home = path.join(folder, `home-${(homes += 1)}`);
    mkdirSync(home);
    return home;
  }
  function write(home: string, name: string, text: string): void {
    mkdirSync(path.dirname(path.join(home, name)), { recursive: true });
    writeFileSync(path.join(home, name), text);
  }

  it('has in a new container what was decided in another one, and what others decided meanwhile', async () => {
    const scheduler = newHome();
    const test = { run: 'live-1', date: '2026-01-05', seq: 7, heardMs: 12, at: 1 };
    await withRecords(scheduler, () => writeKillSwitchTest(scheduler, test), env);
    const terminal = newHome();
    await withRecords(terminal, () => approveLimits(terminal, approval('ada')), env);
    await keepRecords(scheduler, env);
    expect(await approvals(scheduler)).toEqual([approval('ada')]);
    await withRecords(scheduler, () => approveLimits(scheduler, approval('bob')), env);
    const replaced = newHome();
    await keepRecords(replaced, env);
    expect(await approvals(replaced)).toEqual([approval('ada'), approval('bob')]);
    expect(await killSwitchTest(replaced, 'live-1')).toEqual(test);
  });

  it('fetches what decisions rest on, and not what people look at, which is kept all the same', async () => {
    const scheduler = newHome();
    write(scheduler, PARITY, '{}');
    write(scheduler, 'schedule/2026-01-05/daily-parity.1.log', 'said');
    write(scheduler, 'learning/sets/a.json', '[1]');
    write(scheduler, 'learning/fitting.7.json', 'half');
    write(scheduler, 'keys/risk.key', 'secret');
    await keepRecords(scheduler, env);
    const console = newHome();
    await keepRecords(console, env);
    expect(await uncleanWhy(console, '2026-01-05')).toContain('is no parity record');
    expect(readFileSync(path.join(console, 'learning/sets/a.json'), 'utf8')).toBe('[1]');
    for (const name of ['schedule/2026-01-05/daily-parity.1.log', 'learning/fitting.7.json', 'keys'])
      expect([name, existsSync(path.join(console, name))]).toEqual([name, false]);
    // one that was lost here comes back
    rmSync(path.join(console, PARITY));
    await keepRecords(console, env);
    expect(existsSync(path.join(console, PARITY))).toBe(true);
  });

  it('overwrites nothing where a record was changed here and there, and says which', async () => {
    const [one, other] = [newHome(), newHome()];
    await withRecords(one, () => approveLimits(one, approval('ada')), env);
    await keepRecords(other, env);
    await approveLimits(other, approval('eve'));
    await withRecords(one, () => approveLimits(one, approval('bob')), env);
    await expect(keepRecords(other, env)).rejects.toThrow(/readiness\/approvals\.json was changed here and in azure:/);
    expect((await approvals(other)).map(({ by }) => by)).toEqual(['ada', 'eve']);
    await keepRecords(one, env);
    expect((await approvals(one)).map(({ by }) => by)).toEqual(['ada', 'bob']);
  });

  it('lets several programs of one home, and of several, bring the same at once', async () => {
    const [one, other] = [newHome(), newHome()];
    for (const home of [one, other]) write(home, PARITY, '{"same":true}');
    await Promise.all([keepRecords(one, env), keepRecords(one, env), keepRecords(other, env), keepRecords(other, env)]);
    await keepRecords(one, env);
    expect(readFileSync(path.join(other, PARITY), 'utf8')).toBe('{"same":true}');
  });

  it('gives a place that does not have them all that it has', async () => {
    const home = newHome();
    await withRecords(home, () => approveLimits(home, approval('ada')), env);
    const moved = { ...env, [KEPT_VARIABLE]: `${env[KEPT_VARIABLE] ?? ''}-moved` };
    await keepRecords(home, moved);
    const other = newHome();
    await keepRecords(other, moved);
    expect(await approvals(other)).toEqual([approval('ada')]);
  });

  it('decides nothing where the place cannot be reached', async () => {
    const home = newHome();
    await withRecords(home, () => approveLimits(home, approval('ada')), env);
    const gone = {
      ...env,
      AZURE_STORAGE_CONNECTION_STRING: azurite.connectionString.replace(/AccountKey=[^;]+/, 'AccountKey=AAAA'),
    };
    let isDone = false;
    const decided = withRecords(home, () => Promise.resolve((isDone = true)), gone);
    await expect(decided).rejects.toThrow('is refused by the account');
    expect(isDone).toBe(false);
    await keepRecords(home, {});
    expect((await approvals(home)).map(({ by }) => by)).toEqual(['ada']);
  });
});
