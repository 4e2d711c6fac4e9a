import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { canonicalSpelling, canonicalTicker } from './ticker-spelling.ts';

describe('a symbol', () => {
  it.each([
    ['BRK.B', 'BRK.B'],
    ['BRK-B', 'BRK.B'],
    ['BRK/B', 'BRK.B'],
    ['brk-b', 'BRK.B'],
    [' aapl ', 'AAPL'],
    ['BACpL', 'BAC.PRL'],
    ['BAC-PL', 'BAC.PRL'],
    ['BAC/PRL', 'BAC.PRL'],
    ['BAC.PRL', 'BAC.PRL'],
    ['Tp', 'T.PR'],
    ['ABCw', 'ABC.WI'],
    ['ABCr', 'ABC.RT'],
    ['ABCpLw', 'ABC.PRL.WI'],
    ['LVRO.WS', 'LVRO.WS'],
    ['BTC-USD', 'BTC-USD'],
    ['^GSPC', '^GSPC'],
    ['r', 'R'],
  ])('%s is %s', (text, name) => expect(canonicalSpelling(text)).toBe(name));

  it.each(['Aapl', 'ABCxL', 'A B', ''])('%j is none', (text) => expect(() => canonicalTicker(text)).toThrow('Ticker'));

  it('that is spelled canonically stays as it is', () => {
    const some = fc.stringMatching(/^[A-Za-z]{1,6}([.\-/][A-Z]{1,3})?$/);
    fc.assert(fc.property(some, (text) => expect(canonicalSpelling(canonicalSpelling(text))).toBe(canonicalSpelling(text))));
  });
});
