import { describe, expect, it } from '@jest/globals';
import { isStoreFull } from './store-full.ts';

const withCode = (code: unknown, message: string): Error => Object.assign(new Error(message), { code });

describe('an error that says the store is full', () => {
  it("is JetStream's answer at the server's, the account's or the stream's limit", () => {
    expect(isStoreFull(withCode(10_023, 'insufficient resources'))).toBe(true);
    expect(isStoreFull(withCode(10_047, 'insufficient storage resources available'))).toBe(true);
    expect(isStoreFull(withCode(10_002, 'resource limits exceeded for account'))).toBe(true);
    expect(isStoreFull(withCode(10_077, 'maximum bytes exceeded'))).toBe(true);
  });

  it("is the disk's own answer, whoever passes it on", () => {
    expect(isStoreFull(withCode(10_051, 'write /x/msgs/1.blk: no space left on device'))).toBe(true);
    expect(isStoreFull(withCode('ENOSPC', 'ENOSPC: no space left on device, write'))).toBe(true);
    expect(isStoreFull(new Error('write /x: disk quota exceeded'))).toBe(true);
  });

  it('may be wrapped', () => {
    expect(isStoreFull(new Error('publish failed', { cause: new Error('inner', { cause: withCode(10_023, '') }) }))).toBe(true);
  });

  it('is no other error, a timeout or a full message count included', () => {
    const others = [
      withCode(10_071, 'wrong last sequence: 31'),
      withCode(10_077, 'maximum messages exceeded'),
      withCode(503, 'no responders'),
      new Error('timeout'),
      'insufficient resources',
      undefined,
    ];
    for (const other of others) expect(isStoreFull(other)).toBe(false);
  });

  it('is looked for in a bounded number of causes', () => {
    const endless = new Error('a');
    endless.cause = endless;
    expect(isStoreFull(endless)).toBe(false);
  });
});
