import { describe, expect, it } from '@jest/globals';
import { runId } from '@aitrader/model';
import {
  ACCOUNT,
  FACTS,
  FACT_WIRING,
  STAGES,
  STREAM_PREFIX,
  SUPERVISOR_WRITES,
  TOPOLOGY,
  addressOf,
  decodeToken,
  encodeToken,
  isOperatorSubject,
  messageIdOf,
  operatorSubject,
  runOfStream,
  streamOf,
  subjectOf,
  subjectsOfRun,
  subjectsRead,
  writerOf,
} from './index.ts';

const RUN = runId('paper-20260102-143000');

describe('a subject token', () => {
  it.each([
    ['AAPL', 'AAPL'],
    ['BRK.B', 'BRK=2EB'],
    ['BRK-B_1', 'BRK-B_1'],
    ['a=b', 'a=3Db'],
    ['*', '=2A'],
    ['>', '=3E'],
    [' \t\n', '=20=09=0A'],
    ['é', '=C3=A9'],
    ['\u{1f514}', '=F0=9F=94=94'],
    ['\ufeffA', '=EF=BB=BFA'],
    ['\u0000', '=00'],
  ])('of %j is %s', (text, token) => {
    expect(encodeToken(text)).toBe(token);
    expect(decodeToken(token)).toBe(text);
  });

  it('cannot be empty, nor say half a surrogate pair', () => {
    expect(() => encodeToken('')).toThrow(RangeError);
    expect(() => encodeToken('A\ud83d')).toThrow(RangeError);
  });

  it.each([
    '',
    '=',
    '=2',
    '=2e',
    '=2G',
    '=41',
    '=-1',
    '= 1',
    'BRK.B',
    'a b',
    '*',
    '>',
    'é',
    '\u0141',
    '=FF',
    '=C3',
    '=ED=A0=80',
    '=C0=80',
  ])('is not %j', (token) => {
    expect(() => decodeToken(token)).toThrow(new RangeError(`not an encoded subject token: ${token}`));
  });
});

describe('a subject', () => {
  it('says run, fact, version and key', () => {
    expect(subjectOf(RUN, 'bars', 3)).toBe('at.paper-20260102-143000.bars.v2.3');
    expect(subjectOf(RUN, 'bars')).toBe('at.paper-20260102-143000.bars.v2.*');
    expect(subjectOf(RUN, 'control')).toBe('at.paper-20260102-143000.control.v7.main');
    expect(subjectOf(RUN, 'orders', undefined, 1)).toBe('at.paper-20260102-143000.orders.v1.main');
    expect(subjectsOfRun(RUN)).toBe('at.paper-20260102-143000.>');
  });

  it('of operators is one of control, of the account', () => {
    const subject = operatorSubject(RUN);
    expect(subject).toBe('at.paper-20260102-143000.control.v7.operator');
    expect(addressOf(subject)).toEqual({ fact: 'control', version: 7, shard: -1 });
    expect([subject, subjectOf(RUN, 'control'), subjectOf(RUN, 'bars', 0)].map(isOperatorSubject)).toEqual([true, false, false]);
  });

  it.each([-1, 0.5, NaN, Infinity, 2 ** 53])('has no shard %d', (shard) => {
    expect(() => subjectOf(RUN, 'bars', shard)).toThrow(new RangeError(`not a shard: ${shard}`));
  });

  it.each(FACTS)('of %s is taken apart again', (fact) => {
    const { version, key } = FACT_WIRING[fact];
    for (const shard of key === 'shard' ? [0, 1, 10, 1023, 999_999_999_999_999] : [-1]) {
      const subject = shard < 0 ? subjectOf(RUN, fact) : subjectOf(RUN, fact, shard);
      expect(addressOf(subject)).toEqual({ fact, version, shard });
    }
  });

  it.each([
    '',
    'at',
    'at.r.bars.v1',
    'at.r.bars.v1.',
    'at.r.bars.v2.*',
    'at.r.bars.v1.>',
    'at.r.bars.v1.-1',
    'at.r.bars.v1.01',
    'at.r.bars.v1.1e3',
    'at.r.bars.v1.0x10',
    'at.r.bars.v1.main',
    'at.r.bars.v1.9999999999999999',
    'at.r.bars.v1.0.0',
    'at.r.bars.v1.0\n',
    'at.r.bars.v01.0',
    'at.r.bars.v0.0',
    'at.r.bars.v3.0',
    'at.r.bars.1.0',
    'at.r.orders.v1.0',
    'at.r.orders.v1.other',
    'at.r.orders.v1.operator',
    'at.r.control.v3.operator',
    'at.r.control.v8.operator',
    'at.r.candles.v1.0',
    'at.r.BARS.v1.0',
    'at.R.bars.v1.0',
    'at.-r.bars.v1.0',
    `at.${'r'.repeat(64)}.bars.v1.0`,
    'at..bars.v1.0',
    'bt.r.bars.v1.0',
    ' at.r.bars.v1.0',
  ])('is not %j, and the refusal names it', (subject) => {
    expect(() => addressOf(subject)).toThrow(RangeError);
    expect(() => addressOf(subject)).toThrow(subject);
  });
});

describe('the subjects that a stage reads', () => {
  it('are those of its shard, of all shards or of the account', () => {
    expect(subjectsRead(RUN, 'strategy', 1, 3)).toEqual([
      subjectOf(RUN, 'bars', 1),
      subjectOf(RUN, 'states', 1),
      subjectOf(RUN, 'control'),
      operatorSubject(RUN),
    ]);
    expect(subjectsRead(RUN, 'execution', -1, 2)).toEqual([
      subjectOf(RUN, 'bars', 0),
      subjectOf(RUN, 'bars', 1),
      subjectOf(RUN, 'orders'),
      subjectOf(RUN, 'reports'),
      subjectOf(RUN, 'control'),
      operatorSubject(RUN),
    ]);
  });

  it.each(STAGES)('of %s are of the facts that the topology names, and have no wildcard', (stage) => {
    const subjects = subjectsRead(RUN, stage, 0, 4);
    expect(new Set(subjects.map((subject) => addressOf(subject).fact))).toEqual(
      new Set(TOPOLOGY[stage].reads.map(({ fact }) => fact)),
    );
    expect(new Set(subjects).size).toBe(subjects.length);
  });
});

describe('a stream', () => {
  it('holds one run', () => {
    expect(streamOf(RUN)).toBe('AT_PAPER-20260102-143000');
    expect(streamOf(RUN).startsWith(STREAM_PREFIX)).toBe(true);
    expect(runOfStream(streamOf(RUN))).toBe(RUN);
  });

  it.each([
    '',
    'AT',
    'AT_',
    'at_run',
    'AT_run',
    'AT_MY_STREAM',
    'AT_-RUN',
    'AT_A.B',
    'KV_AT_RUN',
    'XAT_RUN',
    `AT_${'A'.repeat(64)}`,
    'AT_\u212a',
    'AT_RUN\n',
  ])('named %j is not a recording', (stream) => {
    expect(runOfStream(stream)).toBeUndefined();
  });
});

describe('a message id', () => {
  it('says run, stage, key, interval and fact', () => {
    expect(messageIdOf(RUN, 'states', 2, 1_767_366_060_000)).toBe('paper-20260102-143000/probability/2/1767366060000/states');
    expect(messageIdOf(RUN, 'fills', -1, 1_767_366_060_000)).toBe(
      `paper-20260102-143000/execution/${ACCOUNT}/1767366060000/fills`,
    );
  });

  it.each(FACTS)('of %s names the stage that writes it', (fact) => {
    const writer = writerOf(fact);
    expect(writer === 'supervisor' ? SUPERVISOR_WRITES : TOPOLOGY[writer].writes).toContain(fact);
    expect(messageIdOf(RUN, fact, 0, 0).split('/')[1]).toBe(writerOf(fact));
  });
});
