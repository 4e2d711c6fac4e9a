import { describe, expect, it } from '@jest/globals';
import { RunStore } from './run-store.ts';

describe('the store of a page', () => {
  it('tells who listens of every change, and no one who has left', () => {
    const store = new RunStore();
    let heard = 0;
    const leave = store.subscribe(() => (heard += 1));
    store.changed({ changes: { seq: 1, tables: {} }, symbols: undefined }, 1);
    store.problem('broken');
    leave();
    store.problem(undefined);
    expect(heard).toBe(2);
  });

  it('tells nobody that the stream is as it was', () => {
    const store = new RunStore();
    let heard = 0;
    store.subscribe(() => (heard += 1));
    store.heard('open');
    store.heard('open');
    expect(heard).toBe(1);
  });
});
