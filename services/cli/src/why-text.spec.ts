import { describe, expect, it } from '@jest/globals';
import type { Why } from '@aitrader/application-recordings';
import { breakIdOf, cash, epochMs, quantity, runId, ticker, type AccountDoubt } from '@aitrader/model';
import { momentAsked, whyText } from './why-text.ts';

const T = epochMs(Date.parse('2024-07-02T18:16:00Z'));
const QUIET: Why = {
  ...{
    run: runId('backtest-1'),
    symbol: ticker('AAA'),
    t: T,
    gap: null,
    signals: [],
    exits: [],
    left: [],
    orders: [],
    denials: [],
  },
  bar: { open: 101, high: 101.4, low: 101, close: 101.2, volume: 900, flags: 0 },
  strategies: [
    {
      ...{ strategy: 'breakout', kind: 'breakout', hasLeft: false, direction: 1 },
      figure: { what: 'close', band: 'channel', unit: 'dollars', value: 101.2, low: 100.9, high: 101.45 },
      gates: [
        { gate: 'WARMED_UP', unit: 'count', value: 288, limit: 121, passes: true },
        { gate: 'VELOCITY', unit: 'ppm', value: 500_000, limit: 550_000, passes: false },
      ],
    },
  ],
  wouldSay: [
    { gate: 'SESSION', value: 104, limit: 20, unit: 'minutes', comparison: 'at-least' },
    { gate: 'OPEN_EXPOSURE', value: 1, limit: 0, unit: 'count', comparison: 'at-most' },
  ],
  ...{ wouldBe: 1, isAsRecorded: true },
  forecast: null,
  doubt: null,
  trips: [{ id: 'halt.1.1', kind: 'halt', t: T, by: 'ada', reason: 'news', value: 0, limit: 0 }],
};

describe('why, in words', () => {
  it('says of a minute without a signal where the close lies, and what each gate says with value, limit and verdict', () => {
    const lines = whyText(QUIET).split('\n');
    expect(lines[0]).toBe('AAA in the interval that closed 2024-07-02 14:16 ET (2024-07-02T18:16:00Z) of backtest-1');
    expect(lines[2]).toBe('signal  no signal: close 101.20 inside the channel 100.90–101.45');
    expect(lines).toContain('halt    halted by ada (news): halt.1.1');
    expect(lines.join('\n')).toMatch(/VELOCITY +deny +P\(velocity > 0\) 50\.00 %, against 55\.00 %/);
    expect(lines.join('\n')).toMatch(/SESSION +pass +104 min \/ 20 min +104 minutes to trade in/);
    expect(lines.join('\n')).toMatch(/OPEN_EXPOSURE +deny +1 \/ 0 +already holds or is entering AAA/);
  });

  it('says what is doubted of the account: what cannot be heard, the breaks with the run that one is of, and what is held back', () => {
    const broken = { about: null, run: null, quantity: quantity(-5_000_000_000), cash: cash(0), since: T, deadline: T };
    const doubt: AccountDoubt = {
      ...{ standing: 'disconnected', since: T },
      breaks: [
        { ...broken, id: breakIdOf('position.AAA.1'), kind: 'position', symbol: ticker('AAA') },
        { ...broken, id: breakIdOf('stranger.AAA.1'), kind: 'stranger', symbol: ticker('AAA'), about: 'b9', run: 'paper-3' },
      ],
      holds: [{ cause: 'not-armed', symbols: [] }],
    };
    expect(
      whyText({ ...QUIET, doubt })
        .split('\n')
        .filter((line) => line.startsWith('account')),
    ).toEqual([
      'account the broker cannot be heard since 2024-07-02T18:16:00Z',
      'account the broker holds -5 AAA beyond what is known, since 2024-07-02T18:16:00Z: position.AAA.1',
      'account AAA order b9 of run paper-3 is open at the broker, since 2024-07-02T18:16:00Z: stranger.AAA.1',
      'account all symbols held back: the run is not armed for the date',
    ]);
    expect(whyText(QUIET)).not.toContain('account');
  });

  it('says what refused a close outside of the channel, that there was no bar, and that other code decided', () => {
    const [quiet] = QUIET.strategies ?? [];
    const left = { ...quiet, hasLeft: true } as NonNullable<Why['strategies']>[number];
    expect(whyText({ ...QUIET, strategies: [left] })).toContain('outside the channel 100.90–101.45, refused by VELOCITY');
    const silent = whyText({ ...QUIET, bar: null, gap: 'halted', strategies: null, isAsRecorded: false });
    expect(silent).toContain('bar     none: halted');
    expect(silent).toContain('signal  no signal: there is no bar');
    expect(silent).toContain('note    this code does not decide all that was recorded');
  });
});

describe('a time that is asked about', () => {
  it('is one of New York, or an instant', () => {
    expect(momentAsked('9:31')).toEqual({ date: null, minute: 571 });
    expect(momentAsked('2024-07-02 14:16')).toEqual({ date: '2024-07-02', minute: 856 });
    expect(momentAsked('2024-07-02T14:16')).toEqual({ date: '2024-07-02', minute: 856 });
    expect(momentAsked('2024-07-02T18:16:00Z')).toBe(T);
  });
  it.each(['', '25:00', '10:60', 'noon', '2024-07-02', '2024-13-02T10:00:00Z', '1719944160000'])('is not %j', (text) => {
    expect(() => momentAsked(text)).toThrow(`got ${JSON.stringify(text)}`);
  });
});
