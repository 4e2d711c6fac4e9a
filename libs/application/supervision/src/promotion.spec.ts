import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { ShadowDifferenceKind, ShadowVerdict } from '@aitrader/application-parity';
import { thisCode } from '@aitrader/application-recordings';
import { runId } from '@aitrader/model';
import { acceptancesIn, generations, keepVerdict, promote, type Acceptance } from './index.ts';

const RUN = runId('paper-1');
const AT = Date.parse('2026-12-01T15:00:00Z');
const WORD = { by: 'ada', reason: 'meant', at: AT };
const KIND: ShadowDifferenceKind = { recorded: 'order', shadow: 'denied by OPEN_ORDERS', count: 3 };
const ACCEPTED: Acceptance = {
  ...{ name: 'smaller book', recorded: 'order', shadow: 'denied by OPEN_ORDERS' },
  ...{ reason: 'the limit was halved', until: '2026-12-31', most: 5 },
};

describe('a program whose shadow is not clean', () => {
  let home: string;
  beforeEach(() => void (home = mkdtempSync(path.join(tmpdir(), 'promotion-'))));
  afterEach(() => rmSync(home, { recursive: true }));

  async function verdict(kinds: readonly ShadowDifferenceKind[], more: Partial<ShadowVerdict> = {}): Promise<void> {
    const program = { ...thisCode(), configHash: 'c'.repeat(64) };
    await keepVerdict(home, {
      ...{ run: RUN, from: 1, to: 2, blue: { ...program, hash: 'b'.repeat(64) }, shadow: program, isWhole: true, intervals: 9 },
      ...{ decisions: 40, differences: kinds.reduce((sum, { count }) => sum + count, 0), kinds, otherFacts: [], isClean: false },
      first: null,
      ...more,
    });
  }
  const promoting = (...acceptances: readonly Acceptance[]): Promise<unknown> => promote(home, RUN, WORD, undefined, acceptances);

  it('is promoted where all that differs was accepted, by name, and that is on record', async () => {
    await verdict([KIND]);
    await promoting(ACCEPTED);
    const [generation] = await generations(home);
    expect(generation).toMatchObject({ generation: 1, accepted: [{ ...ACCEPTED, count: 3 }] });
  });

  it.each<readonly [string, readonly ShadowDifferenceKind[], readonly Acceptance[], string]>([
    ['is accepted by nobody', [KIND], [], 'the cut-over is blocked'],
    [
      'is more than was accepted',
      [KIND],
      [{ ...ACCEPTED, most: 2 }],
      '3 times recorded order, the shadow denied by OPEN_ORDERS, and smaller book accepts 2',
    ],
    ['ran out', [KIND], [{ ...ACCEPTED, until: '2026-11-30' }], 'smaller book ran out on 2026-11-30'],
    [
      'is of another kind, too',
      [KIND, { recorded: 'denied by gross', shadow: 'order', count: 1 }],
      [ACCEPTED],
      '1 times recorded denied by gross, the shadow order, which nobody accepts',
    ],
    ['is not there', [KIND], [ACCEPTED, { ...ACCEPTED, name: 'idle', shadow: 'order' }], 'idle is about nothing that differs'],
  ])('is not where what differs %s', async (_, kinds, acceptances, words) => {
    await verdict(kinds);
    await expect(promoting(...acceptances)).rejects.toThrow(words);
    expect(await generations(home)).toEqual([]);
  });

  it('is not where the run has not ended, nothing was decided, or an earlier program did not tell the kinds', async () => {
    for (const more of [{ isWhole: false }, { decisions: 0 }, { kinds: [] }]) {
      await verdict([KIND], more);
      await expect(promoting(ACCEPTED)).rejects.toThrow('the cut-over is blocked');
    }
  });

  it('is accepted by a file that says all, and is refused by field and value where it does not', async () => {
    const file = path.join(home, 'accepted.json');
    writeFileSync(file, JSON.stringify({ accepted: [ACCEPTED] }));
    expect(await acceptancesIn(file)).toEqual([ACCEPTED]);
    for (const [field, value] of [
      ['until', 'soon'],
      ['most', 0],
      ['reason', ''],
    ] as const) {
      writeFileSync(file, JSON.stringify({ accepted: [{ ...ACCEPTED, [field]: value }] }));
      await expect(acceptancesIn(file)).rejects.toThrow(field);
    }
    await expect(acceptancesIn(path.join(home, 'none.json'))).rejects.toThrow('none.json');
  });
});
