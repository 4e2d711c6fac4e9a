import { describe, expect, it } from '@jest/globals';
import { withoutTokens } from './program-process.ts';

describe('what is logged of a program', () => {
  it('has no token that lets somebody in', () => {
    const line = '{"level":"info","message":"console","url":"http://127.0.0.1:4780/login?token=gKqsVTP3oY4f2ZpA6ZNcbK3-_vJfRo"}';
    expect(withoutTokens(line)).toBe('{"level":"info","message":"console","url":"http://127.0.0.1:4780/login?token=…"}');
    expect(withoutTokens('token=a&next=/&token=b')).toBe('token=…&next=/&token=…');
  });

  it('is as it was otherwise', () => {
    for (const line of ['no token here', 'mytoken is tokens', '{"url":"http://127.0.0.1:1"}'])
      expect(withoutTokens(line)).toBe(line);
  });
});
