/*
 * What a shadow comes to beside a recording on a real bus, and what it never shows.
 */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { openTestHome, START_MS_MAX } from '../../../../tools/testing/home-under-test.ts';
import { withHalfOrders } from '../../../../tools/testing/planted-fills.ts';
import { recordDay, recordOpenDay } from '../../../../tools/testing/recorded-day.ts';
import { shadowOf, type ShadowVerdict } from './shadow-run.ts';

describe('a shadow', () => {
  let home: Awaited<ReturnType<typeof openTestHome>>;

  beforeAll(async () => {
    home = await openTestHome();
  }, START_MS_MAX);
  afterAll(() => home.close(), START_MS_MAX);

  it('is clean of a run that was over when it began, and decided the same', async () => {
    const verdict = await shadowOf(home.bus, { run: await recordDay(home.bus, 'whole') });
    expect(verdict).toMatchObject({ isWhole: true, isClean: true, differences: 0, first: null });
    expect(verdict.decisions).toBeGreaterThan(0);
  });

  it('is not clean of what another program decided', async () => {
    const verdict = await shadowOf(home.bus, { run: await recordDay(home.bus, 'otherwise', { stages: withHalfOrders }) });
    expect(verdict).toMatchObject({ isWhole: true, isClean: false });
    expect(verdict.first).not.toBeNull();
  });

  it('shows nothing of a run that came to its end only while it was read: what was added then was not decided again', async () => {
    const { run, end } = await recordOpenDay(home.bus, 'growing');
    let ended: Promise<void> | undefined;
    const verdict = await shadowOf(home.bus, {
      run,
      onProgress: () => {
        ended ??= end();
      },
    });
    await ended;
    expect(verdict).toMatchObject({ isWhole: false, isClean: false });
    expect(await shadowOf(home.bus, { run })).toMatchObject({ isWhole: true, isClean: true });
  });

  it('says that it shows nothing before it decides anything, and of one that fails nothing else is said', async () => {
    const run = await recordDay(home.bus, 'failing');
    const said: ShadowVerdict[] = [];
    const failing = shadowOf(home.bus, {
      run,
      onBegun: (verdict) => Promise.resolve(said.push(verdict)),
      onProgress: () => {
        throw new Error('the shadow fails');
      },
    });
    await expect(failing).rejects.toThrow('the shadow fails');
    expect(said).toEqual([expect.objectContaining({ run, isWhole: false, isClean: false, decisions: 0 })]);
  });
});
