import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import { ALPACA_PAPER, requireStated, SIMULATED_DEFAULTS } from './index.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'real-money-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const file = path.join(folder, 'live.json');
async function problemOf(given: unknown): Promise<string> {
  writeFileSync(file, JSON.stringify(given));
  return requireStated(file).then(
    () => '',
    (error: unknown) => (error as Error).message,
  );
}
const { risk } = SIMULATED_DEFAULTS;
const whole = { risk, broker: ALPACA_PAPER };

describe('a configuration for real money', () => {
  it('is taken when all of it is stated', async () => {
    expect(await problemOf(whole)).toBe('');
  });

  it('names all that is left to a default, at any depth', async () => {
    const { kellyFraction: _, ...fewer } = risk;
    const { orderSharesMax: __, ...fewerEntries } = risk.entryLimits;
    const problem = await problemOf({ ...whole, risk: { ...fewer, entryLimits: fewerEntries } });
    expect(problem).toContain('these are not stated: risk.kellyFraction, risk.entryLimits.orderSharesMax');
    await expect(requireStated(undefined)).rejects.toThrow('these are not stated: risk, broker');
  });

  const nullable = [
    ...Object.keys(risk).map((key) => ['risk', key] as const),
    ...Object.keys(risk.entryLimits).map((key) => ['risk.entryLimits', key] as const),
  ].filter(([, key]) => key !== 'entryLimits');
  it.each(nullable)('takes no null for a limit: %s.%s', async (part, key) => {
    const changed = part === 'risk' ? { ...risk, [key]: null } : { ...risk, entryLimits: { ...risk.entryLimits, [key]: null } };
    expect(await problemOf({ ...whole, risk: changed })).toContain(`and these are null: ${part}.${key}`);
  });
});
