import { describe, expect, it } from '@jest/globals';
import { requireSameKinds } from './same-strategies.ts';

const of = (name: string, kind: string) => ({ strategies: [{ name, kind, parameters: {} }] });

describe('the strategies of a run that follows another one', () => {
  it('may be the same, others, or none', () => {
    for (const now of [of('one', 'breakout'), of('two', 'momentum'), { strategies: [] }])
      expect(() => requireSameKinds('paper-1', of('one', 'breakout'), now)).not.toThrow();
  });

  it('may not have the name of one of another kind, whose evidence theirs would rest on', () => {
    expect(() => requireSameKinds('paper-1', of('one', 'breakout'), of('one', 'momentum'))).toThrow(
      'one is of the kind breakout in paper-1, and would be of the kind momentum',
    );
  });
});
