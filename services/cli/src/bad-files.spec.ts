import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { refusalOf } from './testing/refusal.ts';

describe('files that are not what they are given as', () => {
  let folder = '';
  beforeAll(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'bad-files-'));
    mkdirSync(inFolder('folder'));
    writeFileSync(inFolder('config.json'), '{"risk":{"shortAllowed":false}}');
    writeFileSync(inFolder('fits.json'), '{"version":1,"parameters":[]}');
    writeFileSync(
      inFolder('program'),
      Buffer.concat([Buffer.from('\u001b]0;owned\u0007'), readFileSync(process.execPath).subarray(0, 9000)]),
    );
    writeFileSync(inFolder('one.csv'), 'ts,open,high,low,close,volume,symbol\n1719927000000,1,1,1,1,1,AAPL\n');
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  const inFolder = (name: string): string => path.join(folder, name);
  const FILE = /^(@?)(config\.json|fits\.json|program|folder|one\.csv|bars\.json|missing.*|none\/.*)$/;

  /** The one line that a command refuses files of the folder with, without its path; it can do nothing to a terminal. */
  async function refused(...args: readonly string[]): Promise<string> {
    const said = await refusalOf(
      ...args.map((arg) => arg.replace(FILE, (_, at: string, name: string) => `${at}${inFolder(name)}`)),
    );
    expect(said).toMatch(/^[^\p{Cc}]*$/u);
    return said.replaceAll(`${folder}/`, '');
  }

  it.each([
    ['config.json', 'config.json: looks like JSON, but of no bars: '],
    ['program', 'program: is a binary file, and bars are read from tables of text'],
    ['folder', 'folder: is a folder: name the files in it'],
    ['missing.csv', 'missing.csv: does not exist'],
    ['one.csv', 'one.csv: has too few bars to tell their timeframe: say it with --timeframe (1m, 5m, 15m, 1h, 1d)'],
  ])('as bars: %s', async (file, says) => expect(await refused('backtest', '--bars', file)).toContain(says));

  it.each(['config.json', 'program', 'folder', 'missing.csv'])(
    'as bars of the services, before they are started: %s',
    async (file) => {
      expect(await refused('paper', '--bars', 'one.csv', file)).toContain(`${file}: `);
      expect(await refused('backtest', '--host', 'bus', '--bars', file)).toContain(`${file}: `);
    },
  );

  const CONFIGURATION = 'a configuration is a JSON file of any part of the run configuration';
  it.each([
    ['missing.json', `missing.json: does not exist; ${CONFIGURATION}`],
    ['folder', `folder: is a folder; ${CONFIGURATION}`],
    ['program', `program: is a binary file; ${CONFIGURATION}`],
    ['one.csv', `one.csv: looks like CSV; ${CONFIGURATION}`],
    ['fits.json', 'fits.json: holds fitted parameters, not a configuration: give them with --parameters'],
  ])('as a configuration: %s', async (file, says) => {
    expect(await refused('paper', '--config', file)).toContain(says);
    expect(await refused('replay', 'some-run', '--config', file)).toContain(says);
  });

  const PARAMETERS = 'fitted parameters are a JSON file that "aitrader fit --into" writes';
  it.each([
    ['missing.json', `missing.json: does not exist; ${PARAMETERS}`],
    ['folder', `folder: is a folder; ${PARAMETERS}`],
    ['program', `program: is a binary file; ${PARAMETERS}`],
    ['one.csv', `one.csv: looks like CSV; ${PARAMETERS}`],
    ['config.json', 'config.json: holds a run configuration, not fitted parameters: give it with --config'],
  ])('as parameters: %s', async (file, says) => {
    expect(await refused('paper', '--parameters', file)).toContain(says);
    expect(await refused('replay', 'some-run', '--parameters', file)).toContain(says);
  });

  it('as the parameters of a fit, or as a series', async () => {
    const fit = ['fit', '--model', 'garch', '--bars', 'sample'];
    expect(await refused(...fit, '--params', '@config.json')).toContain('holds a run configuration, not parameters of garch');
    expect(await refused(...fit, '--init', '@missing')).toContain('--init: missing does not exist');
    expect(await refused(...fit, '--params', '@folder')).toContain('--params: folder is a folder');
    expect(await refused(...fit, '--params', '@program')).toContain('--params: program is a binary file');
    expect(await refused(...fit, '--params', '@')).toContain('--params: @ names no file');
    expect(await refused(...fit, '--into', 'config.json')).toContain('holds a run configuration, not fitted parameters');
    expect(await refused('fit', '--model', 'garch', '--series', 'config.json')).toContain(
      'looks like JSON, and a series is read from CSV',
    );
    expect(await refused('fit', '--model', 'garch', '--series', 'folder')).toContain('folder: is a folder');
  });

  it('as what is to be written', async () => {
    expect(await refused('calibrate', '--bars', 'sample', '--out', 'none/page.html')).toMatch(/none does not exist$/);
    expect(await refused('fit', '--model', 'garch', '--bars', 'sample', '--into', 'folder')).toContain('folder: is a folder');
    expect(await refused('fit', '--model', 'garch', '--bars', 'sample', '--paths', 'none/p.csv')).toMatch(
      /none does not exist$/m,
    );
    expect(await refused('bars', 'export', 'sample', '--into', 'none/bars.csv')).toMatch(/none does not exist$/);
    expect(await refused('bars', 'export', 'sample', '--into', 'bars.json')).toContain('a name that ends in .csv or .csv.gz');
    expect(await refused('bars', 'export', 'sample', '--into', 'one.csv')).toContain('--force replaces it');
    expect(readFileSync(inFolder('one.csv'), 'utf8')).toContain('AAPL');
  });
});
