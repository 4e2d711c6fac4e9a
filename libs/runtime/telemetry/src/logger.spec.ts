import { Writable } from 'node:stream';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { createLogger, type LoggerOptions } from './logger.ts';

/** A logger and the records it has written. */
function recording(options: Partial<LoggerOptions> = {}): {
  logger: ReturnType<typeof createLogger>;
  lines: string[];
  records: () => Record<string, unknown>[];
} {
  const lines: string[] = [];
  const destination = new Writable({
    write(chunk: Buffer, _encoding, done) {
      lines.push(...chunk.toString().split(/(?<=\n)/));
      done();
    },
  });
  const logger = createLogger({ service: 'risk', destination, ...options });
  return { logger, lines, records: () => lines.map((line) => JSON.parse(line) as Record<string, unknown>) };
}

class Refused extends Error {
  override readonly name = 'Refused';
  readonly gate = 'GROSS_EXCEEDED';
  readonly limit = 10n;
}

describe('a log record', () => {
  it('is one line of JSON with the fields in a fixed order', () => {
    const { logger, lines } = recording({ run: 'paper-1', shard: 3 });
    logger.info('two\nlines', { zebra: 1, seq: 7 });
    expect(lines).toHaveLength(1);
    expect(lines[0]?.endsWith('\n')).toBe(true);
    const record = JSON.parse(lines[0] ?? '') as Record<string, unknown>;
    expect(Object.keys(record)).toEqual(['level', 'time', 'service', 'run', 'shard', 'seq', 'message', 'zebra']);
    expect(record).toMatchObject({ level: 'info', service: 'risk', run: 'paper-1', shard: 3, seq: 7, message: 'two\nlines' });
    expect(record['time']).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
  });

  it('leaves out what is not known', () => {
    const { logger, records } = recording();
    logger.info('hello', { t: undefined });
    expect(Object.keys(records()[0] ?? {})).toEqual(['level', 'time', 'service', 'message']);
  });

  it('is dropped below the level asked for', () => {
    const { logger, records } = recording({ level: 'warn' });
    logger.debug('a');
    logger.info('b');
    logger.warn('c');
    logger.error('d');
    expect(records().map(({ level, message }) => [level, message])).toEqual([
      ['warn', 'c'],
      ['error', 'd'],
    ]);
  });

  it("carries a child's fields, and a grandchild's, without touching the parent's", () => {
    const { logger, records } = recording({ run: 'paper-1' });
    const child = logger.child({ shard: 2 });
    child.child({ seq: 41 }).info('grandchild');
    child.info('child');
    logger.info('parent');
    expect(records().map(({ run, shard, seq }) => [run, shard, seq])).toEqual([
      ['paper-1', 2, 41],
      ['paper-1', 2, undefined],
      ['paper-1', undefined, undefined],
    ]);
  });

  it('goes to stderr or stdout as asked', () => {
    for (const destination of ['stdout', 'stderr'] as const) {
      const written: string[] = [];
      const stream = process[destination];
      const original = stream.write.bind(stream);
      stream.write = ((text: string): boolean => written.push(text) > 0) as typeof stream.write;
      try {
        createLogger({ service: 'cli', destination }).info('there');
      } finally {
        stream.write = original;
      }
      expect(written.join('')).toMatch(/"message":"there"/);
    }
  });
});

describe('a logged error', () => {
  const shapes: readonly [string, (logger: ReturnType<typeof createLogger>, error: Error) => void][] = [
    ['as a field', (logger, error) => logger.error('refused an order', { error })],
    ['after the message', (logger, error) => logger.error('refused an order', error)],
    ["after a child's message", (logger, error) => logger.child({ seq: 1 }).error('refused an order', error)],
  ];
  for (const [shape, log] of shapes) {
    it(`shows name, message, stack and its own fields when it is given ${shape}`, () => {
      const { logger, records } = recording();
      log(logger, new Refused('too much', { cause: new Error('deeper') }));
      const [record] = records();
      expect(record).toMatchObject({
        level: 'error',
        message: 'refused an order',
        error: {
          name: 'Refused',
          message: 'too much',
          gate: 'GROSS_EXCEEDED',
          limit: '10',
          cause: { name: 'Error', message: 'deeper' },
        },
      });
      expect(record?.['error']).toMatchObject({ stack: expect.stringContaining('logger.spec.ts') });
      expect(record).not.toHaveProperty('stack');
      expect(record).not.toHaveProperty('gate');
    });
  }

  it('may stand alone', () => {
    for (const bindings of [undefined, { shard: 5 }]) {
      const { logger, records } = recording({ run: 'paper-1' });
      (bindings === undefined ? logger : logger.child(bindings)).error(new Refused('too much'));
      expect(records()).toHaveLength(1);
      const [record] = records();
      expect(record).toMatchObject({ level: 'error', service: 'risk', message: 'too much', run: 'paper-1' });
      expect(JSON.stringify(record)).toMatch(/GROSS_EXCEEDED.*logger\.spec\.ts|logger\.spec\.ts.*GROSS_EXCEEDED/);
    }
  });

  it('shows all errors of an aggregate', () => {
    const { logger, records } = recording();
    logger.error('several', { error: new AggregateError([new Error('one'), new Refused('two')], 'both') });
    expect(records()[0]?.['error']).toMatchObject({ message: 'both', errors: [{ message: 'one' }, { name: 'Refused' }] });
  });
});

describe('whatever is logged', () => {
  it('is written, even what JSON has no word for', () => {
    const { logger, records } = recording();
    const circular: Record<string, unknown> = { n: 1 };
    circular['self'] = circular;
    const fields = {
      circular,
      big: 2n ** 70n,
      nan: NaN,
      map: new Map([['a', 1]]),
      set: new Set([1]),
      bytes: new Float64Array(4),
      at: new Date(0),
      never: new Date(NaN),
      get trap(): string {
        throw new Error('no');
      },
    };
    logger.info('odd', { fields });
    expect(records()[0]?.['fields']).toEqual({
      circular: { n: 1, self: '[circular]' },
      big: '1180591620717411303424',
      nan: 'NaN',
      map: [['a', 1]],
      set: [1],
      bytes: '[32 bytes]',
      at: '1970-01-01T00:00:00.000Z',
      never: 'Invalid Date',
      trap: '[unreadable: no]',
    });
  });

  it('is bounded in depth and length', () => {
    const { logger, lines } = recording();
    let deep: unknown = 'bottom';
    for (let i = 0; i < 1000; i += 1) deep = { deep };
    logger.info('large', { deep, list: Array.from({ length: 5_000 }, (_, i) => i), text: 'x'.repeat(1_000_000) });
    expect(lines[0]?.length).toBeLessThan(20_000);
    expect(lines[0]).toContain('… 4900 more');
  });

  it('is one line that parses, for any value', () => {
    const { logger, lines } = recording({ level: 'debug' });
    fc.assert(
      fc.property(
        fc.string(),
        fc.anything({ withBigInt: true, withMap: true, withSet: true, withTypedArray: true }),
        (message, value) => {
          lines.length = 0;
          logger.info(message, { value });
          expect(lines).toHaveLength(1);
          expect(JSON.parse(lines[0] ?? '')).toMatchObject({ level: 'info', message });
        },
      ),
    );
  });
});
