/**
 * 1. Whatever a version of control says is said in that version again, and read as the same.
 * 2. What a version has no word for is not said in it.
 * 3. What lets nothing in is sayable in all of them.
 */
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { epochMs, newControl, ticker } from '@aitrader/model';
import { decodeControl, encodeControl, encodeControlAs, FACT_WIRING, upcast } from './index.ts';
import { schemaOf } from './earlier-versions.ts';
import { OPERATOR_SINCE } from './subjects.ts';
import { someMessageOf } from '../testing/arbitrary-messages.ts';
import { bytesOf } from '../testing/codec-of.ts';

const TODAY = FACT_WIRING.control.version;
const VERSIONS = Array.from({ length: TODAY - OPERATOR_SINCE + 1 }, (_, i) => OPERATOR_SINCE + i);

describe('a command in a version that stages of before read', () => {
  it.each(VERSIONS)('1. v%i: is read as what was meant', (version) => {
    const schema = schemaOf('control', version);
    fc.assert(
      fc.property(someMessageOf(schema), (message) => {
        const control = decodeControl(upcast('control', version, bytesOf(JSON.stringify(message))));
        const said = encodeControlAs(version, control) ?? '';
        expect(schema.safeParse(JSON.parse(said)).success).toBe(true);
        expect(encodeControl(decodeControl(upcast('control', version, bytesOf(said))))).toBe(encodeControl(control));
      }),
    );
  });

  it('2. is not said where a part of it would be lost', () => {
    const t = epochMs(60_000);
    const limits = newControl('limits', t, 'ada', '', { limits: [{ limit: 'kellyFraction', most: 0.5 }] });
    const off = newControl('close-break', t, 'ada', '', {
      about: 'position.AAA.1',
      writeOffs: [{ symbol: 'AAA', quantity: 1, price: 1 }] as never,
    });
    const sayable = (control: typeof limits): number[] =>
      VERSIONS.filter((version) => encodeControlAs(version, control) !== undefined);
    expect(sayable(limits)).toEqual([7]);
    // a halt with limits is none that there is, and still nothing of it may be lost
    expect(sayable({ ...limits, kind: 'halt' })).toEqual([7]);
    expect(sayable(off)).toEqual([6, 7]);
    expect(sayable(newControl('arm', t, 'ada', '', { about: '2026-01-05' }))).toEqual([5, 6, 7]);
    expect([encodeControlAs(3, newControl('halt', t, 'ada', 'news')), encodeControlAs(TODAY + 1, limits)]).toEqual([
      undefined,
      undefined,
    ]);
  });

  it.each(['halt', 'reduce-only', 'flatten', 'cancel', 'resume'] as const)('3. %s is said in every one of them', (kind) => {
    const control = newControl(kind, epochMs(60_000), 'ada', 'news', kind === 'cancel' ? { symbols: [ticker('AAA')] } : {});
    for (const version of VERSIONS) expect(encodeControlAs(version, control)).toBeDefined();
  });
});
