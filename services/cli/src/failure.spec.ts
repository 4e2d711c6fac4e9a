import { describe, expect, it } from '@jest/globals';
import { failureLines } from './failure.ts';
import { printable } from './printable.ts';

describe('what is said of a failure', () => {
  it('is its message, and those causes that say something new', () => {
    const refused = new Error('connect ECONNREFUSED 127.0.0.1:4222');
    const unanswered = new Error('no nats-server answers at nats://127.0.0.1:4222', { cause: refused });
    expect(failureLines(unanswered)).toEqual([unanswered.message, refused.message]);
    expect(failureLines(new Error('the run ends', { cause: unanswered }))).toHaveLength(3);
    expect(failureLines('thrown as text')).toEqual(['thrown as text']);
  });

  it('does not say the same twice: not what a message quotes, nor a code that it has put in words', () => {
    const broken = new Error("Expected ':' at position 3");
    expect(failureLines(new Error(`x.json: is no JSON: ${broken.message}`, { cause: broken }))).toHaveLength(1);
    const missing = Object.assign(new Error("ENOENT: no such file or directory, open 'x.csv'"), { code: 'ENOENT' });
    expect(failureLines(new Error('x.csv: does not exist', { cause: missing }))).toEqual(['x.csv: does not exist']);
    expect(failureLines(new Error('x.csv: cannot be taken', { cause: missing }))).toHaveLength(2);
    expect(failureLines(new Error('no words', { cause: new Error('') }))).toEqual(['no words']);
  });

  it('holds nothing that a terminal would obey', () => {
    const error = new Error('x\u001b]0;title\u0007.csv: \u009b2J', { cause: new Error('\u202etxet') });
    expect(failureLines(error)).toEqual(['x\\u001b]0;title\\u0007.csv: \\u009b2J', '\\u202etxet']);
  });
});

describe('printable text', () => {
  it('keeps lines, tabs and letters of every script', () => {
    const text = 'a\tb\nprix é, ünïcode, 价格, ✓ − ½';
    expect(printable(text)).toBe(text);
  });
});
