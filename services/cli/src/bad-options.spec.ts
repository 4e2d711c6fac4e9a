import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { refusalOf } from './testing/refusal.ts';

const T0 = Date.parse('2024-03-04T14:30:00Z');

describe('options that cannot be followed', () => {
  let folder = '';
  let bars = '';
  beforeAll(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'bad-options-'));
    bars = path.join(folder, 'bars.csv');
    const rows = Array.from({ length: 20 }, (_, i) => `${T0 + i * 60_000},10,11,9,10,100,AAPL`);
    writeFileSync(bars, ['ts,open,high,low,close,volume,symbol', ...rows, ''].join('\n'));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  const COMMANDS: readonly (readonly string[])[] = [
    ['backtest', '--bars', 'sample'],
    ['paper', '--bars', 'sample'],
    ['calibrate', '--bars', 'sample'],
    ['fit', '--model', 'garch', '--bars', 'sample'],
    ['bars', 'export', 'sample', '--into', 'out.csv'],
  ];

  it.each(COMMANDS)('a date that is none, by %s %s', async (...command) => {
    expect(await refusalOf(...command, '--from', '2024-13-01')).toContain("'2024-13-01' is invalid. It is no date");
    expect(await refusalOf(...command, '--to', '2024-02-30')).toContain("'2024-02-30' is invalid. It is no date");
    expect(await refusalOf(...command, '--to', '1997-12-31')).toContain('It is outside the calendar');
  });

  it.each(COMMANDS)('dates and symbols that the sample does not have, by %s %s', async (...command) => {
    const late = ['--from', '2024-07-12', '--to', '2024-07-08'];
    expect(await refusalOf(...command, ...late)).toContain('--from 2024-07-12 comes after --to 2024-07-08');
    expect(await refusalOf(...command, '--from', '2025-01-02')).toContain(
      'synthetic sample market: there are no bars from 2025-01-02 on: the bars are from 2024-07-02 to 2024-07-05',
    );
    expect(await refusalOf(...command, '--symbols', 'syn01')).toContain('there are no bars of "syn01": did you mean SYN01?');
    expect(await refusalOf(...command, '--symbols', 'SYN01,NOPE')).toContain(
      'there are no bars of "NOPE": the symbols are SYN.B, SYN01, SYN02',
    );
  });

  it('dates and symbols that files do not have', async () => {
    const backtest = ['backtest', '--bars', bars];
    expect(await refusalOf(...backtest, '--symbols', 'AAPL,MSFT')).toContain(
      `${bars}: there are no bars of "MSFT": the symbols are AAPL`,
    );
    expect(await refusalOf(...backtest, '--symbols', 'aapl')).toContain('did you mean AAPL?');
    expect(await refusalOf(...backtest, '--from', '2024-03-05')).toContain(
      `${bars}: there are no bars from 2024-03-05 on: the bars are of 2024-03-04`,
    );
    expect(await refusalOf('fit', '--model', 'garch', '--bars', bars, '--to', '2024-03-01', '--symbols', 'AAPL')).toContain(
      'there are no bars of AAPL up to 2024-03-01: its bars are of 2024-03-04',
    );
  });

  it('what only a sweep on a queue takes, and what every sweep needs', async () => {
    const sweep = ['sweep', '--grid', path.join(folder, 'grid.json'), '--bars', 'sample'];
    expect(await refusalOf(...sweep, '--workers', '0')).toContain('--workers 0 is for --queue alone');
    expect(await refusalOf(...sweep, '--nats-port', '4222')).toContain('--nats-port is for --queue alone');
    expect(await refusalOf('sweep', '--bars', 'sample')).toContain("required option '--grid <file>' not specified");
    expect(await refusalOf('sweep', '--grid', 'grid.json')).toContain("required option '--bars <files...>' not specified");
    expect(await refusalOf('sweep', 'worker', '--workers', '0')).toContain('must be a whole number from 1 to 256');
    expect(await refusalOf('sweep', 'worker', '--grid', 'grid.json')).toContain("unknown option '--grid'");
    expect(await refusalOf('sweep', 'workers')).toContain("too many arguments for 'sweep'");
  });

  it('a time as of which only an archive is known, and one that is none', async () => {
    const asOf = ['--as-of', '2024-03-04'];
    for (const command of [
      ['backtest', '--bars', bars],
      ['bars', 'check', 'sample'],
      ['bars', 'export', bars, '--into', 'o.csv'],
    ])
      expect(await refusalOf(...command, ...asOf)).toContain('--as-of is about archives');
    for (const when of ['now', 'v', 'v1.5', '2024-03-04T10:00', '2024-02-30'])
      expect(await refusalOf('backtest', '--bars', bars, '--as-of', when)).toContain(
        `'--as-of <when>' argument '${when}' is invalid`,
      );
  });

  it('the sample beside files, and with another timeframe; a file of that name is ./sample', async () => {
    expect(await refusalOf('backtest', '--bars', 'sample', bars)).toContain('a file of that name is ./sample');
    expect(await refusalOf('calibrate', '--bars', bars, 'sample')).toContain('a file of that name is ./sample');
    expect(await refusalOf('paper', '--timeframe', '5m')).toContain('--timeframe 5m: the sample market has 1m bars');
    expect(await refusalOf('backtest', '--bars', './sample')).toBe('./sample: does not exist');
  });

  it.each([
    ['--bars', ['paper', '--bars', '']],
    ['--bars', ['backtest', '--bars', 'some.csv', '']],
    ['--config', ['paper', '--config', '']],
    ['--parameters', ['backtest', '--bars', 'sample', '--parameters', ' ']],
    ['--out', ['calibrate', '--bars', 'sample', '--out', '']],
    ['--series', ['fit', '--model', 'garch', '--series', '']],
    ['--into', ['fit', '--model', 'garch', '--bars', 'sample', '--into', '']],
    ['--paths', ['fit', '--model', 'garch', '--bars', 'sample', '--paths', '']],
    ['--into', ['bars', 'export', 'sample', '--into', '']],
    ['<source>', ['bars', 'export', '', '--into', 'x.csv']],
    ['<run>', ['verify', '']],
    ['<fill>', ['explain', 'some-run', '']],
  ])('an empty %s, by its name', async (name, args) => {
    expect(await refusalOf(...args)).toMatch(new RegExp(`${name}.*names nothing`));
  });

  it.each([
    ['--symbols', ['backtest', '--bars', 'sample', '--symbols', '']],
    ['--symbols', ['backtest', '--bars', 'sample', '--symbols', 'SYN01,,SYN02']],
    ['--from', ['backtest', '--bars', 'sample', '--from', '']],
    ['--shards', ['backtest', '--bars', 'sample', '--shards', '']],
    ['--order', ['fit', '--model', 'msar', '--bars', 'sample', '--order', '']],
    ['--order', ['fit', '--model', 'msar', '--bars', 'sample', '--order', '0x1']],
  ])('what is no value of %s, by its name', async (name, args) => {
    expect(await refusalOf(...args)).toContain(`error: option '${name} `);
  });

  it('options that would not be followed', async () => {
    const fit = ['fit', '--model', 'kalman', '--bars', 'sample'];
    expect(await refusalOf('backtest', '--bars', 'sample', '--nats-port', '4444')).toContain(
      '--nats-port is for --host bus and --record',
    );
    expect(await refusalOf('backtest', '--bars', 'sample', '--store-max', '9')).toContain(
      '--store-max is for --host bus and --record',
    );
    expect(await refusalOf('bars', 'export', 'sample', '--into', 'x.csv', '--store-max', '9')).toContain(
      '--store-max is for a recording',
    );
    const into = ['--into', path.join(folder, 'archive')];
    expect(await refusalOf('bars', 'import', bars, ...into, '--store-max', '9')).toContain('--store-max is for recordings');
    expect(await refusalOf('bars', 'import', bars, ...into, '--feed', 'alpaca/sip')).toContain('--feed is about recordings');
    expect(await refusalOf('bars', 'import', 'paper-1', ...into, '--time-zone', 'UTC')).toContain('--time-zone is about files');
    expect(await refusalOf('bars', 'import', 'paper-1', ...into, '--from', '2024-03-04')).toContain('--from is about files');
    expect(await refusalOf('bench', '--only', 'relay', '--bars', bars)).toContain('--bars is for the part memory');
    expect(await refusalOf(...fit, '--prior-mean', '1,1', '--prior-variance', '1,1', '--diffuse-constant', 'kfas')).toContain(
      '--diffuse-constant is for --initial exact-diffuse',
    );
    expect(await refusalOf('fit', '--model', 'garch', '--series', bars, '--symbols', 'A,B')).toContain('2 names: A, B');
    expect(await refusalOf('fit', '--model', 'garch', '--series', bars, '--symbols', 'A')).toContain(
      '--symbols names a series for --into',
    );
  });

  it('a command that does not exist, also where help is asked for it', async () => {
    expect(await refusalOf('help', 'nope')).toContain("unknown command 'nope'");
    expect(await refusalOf('help', 'nope')).not.toContain('Usage:');
    expect(await refusalOf('help', 'runz')).toMatch(/unknown command 'runz'\n\(Did you mean runs\?\)/);
    expect(await refusalOf('help', 'bars', 'exprt')).toMatch(/unknown command 'exprt'\n\(Did you mean export\?\)/);
  });
});
