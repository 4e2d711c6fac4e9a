import { createServer } from 'node:net';
import { existsSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { commandUnderTest, type CommandUnderTest } from './testing/command-under-test.ts';

const RUN_MS_MAX = 240_000;
const HEADER = 'ts,open,high,low,close,volume,symbol';
/** Smaller files are checked to their end before anything is started. */
const LOADED_AT_ONCE_BYTES = 4 * 1024 * 1024;
const T0 = Date.parse('2024-03-04T14:30:00Z');

describe('bad input', () => {
  let aitrader: CommandUnderTest;
  beforeAll(async () => {
    aitrader = await commandUnderTest();
  }, RUN_MS_MAX);
  afterAll(() => aitrader.cleanUp());

  const file = (name: string, ...rows: string[]): string => {
    const full = path.join(aitrader.folder, name);
    writeFileSync(full, `${[HEADER, ...rows].join('\n')}\n`);
    return full;
  };
  const row = (minute: number, prices = '10,11,9,10', volume = '100', symbol = 'AAA'): string =>
    `${T0 + minute * 60_000},${prices},${volume},${symbol}`;

  it('nothing is started for what can be seen to be wrong: one line, and exit code 1', async () => {
    const bars = file('bars.csv', row(0), row(1));
    const rows = Array.from({ length: 800 }, (_, minute) => row(minute));
    const late = file('late.csv', ...rows, row(800, 'x,11,9,10'));
    const program = path.join(aitrader.folder, 'program.csv');
    writeFileSync(program, Buffer.from('\u001b]0;owned\u0007\u0000'));
    for (const [args, says] of [
      [['paper', '--bars', 'nosuch.csv'], 'nosuch.csv: does not exist'],
      [['backtest', '--host', 'bus', '--bars', program], 'is a binary file'],
      [['paper', '--config', ''], '--config "" names nothing'],
      [['replay', 'some-run', '--parameters', 'nosuch.json'], 'nosuch.json: does not exist'],
      [['backtest', '--bars', 'sample', '--symbols', 'NOPE'], 'there are no bars of "NOPE"'],
      [['paper', '--bars', bars, '--symbols', 'NOPE'], 'there are no bars of "NOPE": the symbols are AAA'],
      [['paper', '--bars', bars, '--from', '2024-03-05'], 'there are no bars from 2024-03-05 on: the bars are of 2024-03-04'],
      [['backtest', '--record', '--bars', late], 'late.csv:802: open "x" is not a number'],
    ] as const) {
      const { code, stdout, stderr } = await aitrader.run(...args);
      expect([code, stdout]).toEqual([1, '']);
      expect(stderr).toContain(says);
      expect(stderr.trimEnd()).toMatch(/^[^\p{Cc}]*$/u);
      expect(existsSync(aitrader.home)).toBe(false);
    }
  });

  it('a command that does not exist is none for help either', async () => {
    const { code, stdout, stderr } = await aitrader.run('help', 'runz');
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).toMatch(/^error: unknown command 'runz'\n\(Did you mean runs\?\)\n/);
  });

  const cases = [
    { name: 'a malformed row', rows: [row(0), `${T0 + 60_000},10,11,9`], says: /:3\b|line 3/ },
    { name: 'a value that is no number', rows: [row(0), row(1, '10,x,9,10')], says: /high.*x|x.*high/ },
    { name: 'NaN', rows: [row(0), row(1, '10,11,NaN,10')], says: /low.*NaN|NaN.*low/ },
    { name: 'high below low', rows: [row(0), row(1, '10,9,11,10')], says: /high/ },
    { name: 'unsorted bars', rows: [row(1), row(0)], says: /3/ },
    { name: 'duplicate bars', rows: [row(0), row(0)], says: /3/ },
  ];
  for (const { name, rows, says } of cases) {
    it.each(['memory', 'bus'])(
      `${name}: refused by the %s host, naming file, line and field, with nothing left behind`,
      async (host) => {
        const bars = file('bad.csv', ...rows);
        const { code, stdout, stderr } = await aitrader.run('backtest', '--bars', bars, '--host', host, '--json');
        expect(code).not.toBe(0);
        expect(stdout).toBe('');
        expect(stderr).toContain('bad.csv');
        expect(stderr).toMatch(says);
        expect(await aitrader.json('runs')).toEqual([]);
      },
      RUN_MS_MAX,
    );
  }

  it(
    'what is wrong at the end of a large file ends the run before its first bar is played',
    async () => {
      const rows = Array.from({ length: 100_000 }, (_, minute) => row(minute, '100.25,101.75,99.5,100.125'));
      const bars = file('large.csv', ...rows, row(100_000, 'x,11,9,10'));
      expect(statSync(bars).size).toBeGreaterThan(LOADED_AT_ONCE_BYTES);
      const { code, stdout, stderr } = await aitrader.run('backtest', '--bars', bars, '--host', 'bus', '--json');
      expect([code, stdout]).toEqual([1, '']);
      expect(stderr).toMatch(/^error: ingest: .*large\.csv:100002: open "x" is not a number \(log: .*ingest\.log\)$/m);
      expect(await aitrader.json('runs')).toEqual([]);
    },
    RUN_MS_MAX,
  );

  it('an unknown configuration key is named, with its file', async () => {
    const config = path.join(aitrader.folder, 'config.json');
    writeFileSync(config, JSON.stringify({ risk: { kellyFractoin: 0.1 } }));
    const { code, stderr } = await aitrader.run('backtest', '--bars', 'sample', '--config', config);
    expect(code).not.toBe(0);
    expect(stderr).toContain('config.json');
    expect(stderr).toContain('risk.kellyFractoin');
  });

  it('a configuration value out of bounds is named, with the value', async () => {
    const config = path.join(aitrader.folder, 'config.json');
    writeFileSync(
      config,
      JSON.stringify({ risk: { kellyFraction: 7 }, strategies: [{ name: 'breakout', parameters: { donchianBars: 0 } }] }),
    );
    const { code, stderr } = await aitrader.run('backtest', '--bars', 'sample', '--config', config);
    expect(code).not.toBe(0);
    expect(stderr).toMatch(/risk\.kellyFraction.*7/);
    expect(stderr).toMatch(/strategies\.0\.parameters\.donchianBars.*0/);
  });

  it.each(['replay', 'verify', 'explain'])(
    'an unknown run is named by %s',
    async (command) => {
      const { code, stderr } = await aitrader.run(command, 'backtest-of-nobody', ...(command === 'explain' ? ['1'] : []));
      expect(code).not.toBe(0);
      expect(stderr).toContain('unknown run "backtest-of-nobody"');
    },
    RUN_MS_MAX,
  );

  it(
    'a port in use is named',
    async () => {
      const holder = createServer();
      const port = await new Promise<number>((resolve) => {
        holder.listen(0, '127.0.0.1', () => {
          const address = holder.address();
          resolve(typeof address === 'object' && address !== null ? address.port : 0);
        });
      });
      try {
        const { code, stderr } = await aitrader.run('runs', '--nats-port', String(port));
        expect(code).not.toBe(0);
        expect(stderr).toContain(`port ${port} is in use`);
        const paper = await aitrader.run('paper', '--speed', 'max', '--health-port', String(port));
        expect(paper.code).not.toBe(0);
        // Somebody may be on the next ones, too.
        const asked = [0, 1, 2, 3, 4].map((service) => `cannot listen on port ${port + service}`);
        expect(asked.some((words) => paper.stderr.includes(words))).toBe(true);
        expect(await aitrader.json('runs')).toEqual([]);
      } finally {
        holder.close();
      }
    },
    RUN_MS_MAX,
  );

  it(
    'a bus without room ends a run in one process, which says that it cleans up after itself',
    async () => {
      const small = await commandUnderTest();
      try {
        const { code, stderr } = await small.run('backtest', '--bars', 'sample', '--record', '--store-max', '3');
        expect(code).not.toBe(0);
        expect(stderr).toMatch(/no room/);
        expect(stderr).toMatch(/^backtest-\S+ failed before its end, and what it had recorded is deleted$/m);
        expect(await small.json('runs')).toEqual([]);
      } finally {
        small.cleanUp();
      }
    },
    RUN_MS_MAX,
  );
});
