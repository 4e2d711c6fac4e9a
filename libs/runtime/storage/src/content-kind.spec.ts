import { describe, expect, it } from '@jest/globals';
import { gzipSync } from 'node:zlib';
import { contentKind } from './content-kind.ts';

const kindOf = (content: string | Uint8Array): string =>
  contentKind(typeof content === 'string' ? Buffer.from(content) : content).kind;

describe('the kind of a file', () => {
  it.each([
    ['', 'empty'],
    [' \r\n\t\n', 'empty'],
    ['{"a":1}', 'json'],
    ['\ufeff\n  [1]', 'json'],
    ['<html>', 'markup'],
    ['ts,open\n1,2\n', 'text'],
    ['"ts","open"\r\n1,2\r\n', 'text'],
    ['\ufeffts,open\f\n', 'text'],
    ['prix,é\n', 'text'],
    ['PAR1', 'binary'],
    ['PK\u0003\u0004', 'binary'],
    ['ts,\u001b[31mopen\n', 'binary'],
    ['ts,\u007f\n', 'binary'],
    ['ts,open\n1,\u0000', 'binary'],
  ])('of %j is %s', (content, kind) => expect(kindOf(content)).toBe(kind));

  it('is gzip, or UTF-16, by its first bytes', () => {
    expect(kindOf(gzipSync('ts,open\n'))).toBe('gzip');
    expect(contentKind(Buffer.from('\ufeffts,open\n', 'utf16le'))).toEqual({ kind: 'binary', looks: 'is text in UTF-16' });
  });

  it('is told by the first 4096 bytes alone', () => {
    expect(kindOf(`${'x'.repeat(4096)}\u0000`)).toBe('text');
    expect(kindOf(`${'x'.repeat(4095)}\u0000`)).toBe('binary');
  });
});
