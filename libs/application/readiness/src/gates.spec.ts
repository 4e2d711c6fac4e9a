import { describe, expect, it } from '@jest/globals';
import { READINESS_GATES, gateText, verdictOn, type Evidence, type GateName } from './gates.ts';

const HASH = 'a'.repeat(64);
const LIMITS = { paperDays: 20 };
const MET: Evidence = {
  ...{ paperDays: 20, paperProblem: '', otherServices: 0, fleetProblem: '', lag: 0, dataAgeSeconds: 61, dataLevel: 0 },
  ...{ limitsHash: HASH, approvedHash: HASH, unknownOrders: 0, doubts: 0, halts: 0, killSwitchMs: 40 },
};
/** What each gate looks at, and a value that it refuses. */
const REFUSED: Readonly<Record<GateName, readonly [keyof Evidence, number | string]>> = {
  'paper-days': ['paperDays', 19],
  fleet: ['otherServices', 1],
  lag: ['lag', 1],
  'data-age': ['dataAgeSeconds', 91],
  'data-level': ['dataLevel', 2],
  limits: ['limitsHash', 'b'.repeat(64)],
  'unknown-orders': ['unknownOrders', 1],
  doubts: ['doubts', 1],
  halts: ['halts', 1],
  'kill-switch': ['killSwitchMs', 10_001],
};
const notMet = (evidence: Evidence): readonly string[] =>
  verdictOn(evidence, LIMITS).gates.flatMap(({ name, isMet }) => (isMet ? [] : [name]));

describe('real money', () => {
  it('may be armed when every gate is met', () => {
    expect(verdictOn(MET, LIMITS)).toMatchObject({ isReady: true, isPreOpenMet: true });
    expect(notMet({ ...MET, paperDays: 300 })).toEqual([]);
  });

  it.each(READINESS_GATES)('may not for %s alone, whatever all others say', (name) => {
    const [field, value] = REFUSED[name];
    const evidence = { ...MET, [field]: value };
    expect(notMet(evidence)).toEqual([name]);
    const { isReady, isPreOpenMet, gates } = verdictOn(evidence, LIMITS);
    expect([isReady, isPreOpenMet]).toEqual([false, name === 'paper-days']);
    const gate = gates.find((one) => one.name === name);
    expect(gate?.value).toBe(value);
    expect(gate?.limit).not.toBeNull();
    expect(gate === undefined ? '' : gateText(gate)).toMatch(new RegExp(`^NOT MET {2}${name}: `));
  });

  it.each(
    READINESS_GATES.flatMap((name) =>
      [undefined, Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, -1, ''].map((value) => [name, value] as const),
    ),
  )('may not where %s is %s: what is not known is not met', (name, value) => {
    expect(notMet({ ...MET, [REFUSED[name][0]]: value })).toContain(name);
  });

  it('may not where nobody has approved limits', () => {
    expect(notMet({ ...MET, approvedHash: undefined })).toEqual(['limits']);
    expect(notMet({ ...MET, limitsHash: undefined, approvedHash: undefined })).toEqual(['limits']);
    expect(notMet({ ...MET, limitsHash: '', approvedHash: '' })).toEqual(['limits']);
  });

  it.each([Number.NaN, 0, -1])('may not where %s paper days are asked for', (paperDays) => {
    expect(verdictOn(MET, { paperDays }).isReady).toBe(false);
  });
});
