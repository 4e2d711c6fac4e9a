/**
 * What the console tells Prometheus of a run that goes on, as promtool reads it.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { memoryHost } from '@aitrader/application-backtest';
import { runId } from '@aitrader/model';
import { hold } from '@aitrader/runtime-bus';
import { parseRunConfig } from '@aitrader/runtime-configuration';
import { SILENT } from '@aitrader/runtime-telemetry';
import { installDebianPackage } from '../../../tools/testing/debian-package.ts';
import { leaveOut } from '../../../tools/testing/reference-data.ts';
import { RUN_GAUGES } from './run-telemetry.ts';
import { openConsole, type ConsoleUnderTest } from './testing/open-console.ts';

const START_MS_MAX = 240_000;
const TOLD_MS_MAX = 90_000;
const POLL_MS = 250;
const RUN = runId('backtest-measured');

/** promtool, of Debian's package of Prometheus. */
const promtool = (): string | undefined =>
  ['/usr/bin/promtool', '/usr/local/bin/promtool'].find((file) => existsSync(file)) ??
  (installDebianPackage('prometheus') ? '/usr/bin/promtool' : undefined);

describe('the metrics of the console', () => {
  const before = process.env['AITRADER_METRICS'];
  let open: ConsoleUnderTest;
  let unclaim = (): void => undefined;
  let told = '';

  beforeAll(async () => {
    process.env['AITRADER_METRICS'] = '1';
    open = await openConsole();
    const { home } = open;
    const config = parseRunConfig({}, 'the configuration of a test');
    const sample = { source: { kind: 'sample' }, shards: 1, config, listener: SILENT } as const;
    await memoryHost({ run: RUN, kind: 'backtest', ...sample }, home, true);
    // somebody supervises it, as far as anybody can tell
    unclaim = await hold(home.bus, RUN, 'supervisor', -1);
    const file = path.join(home.home, 'run', `${RUN}.json`);
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, JSON.stringify({ run: RUN, supervisor: process.pid, pids: { risk: null } }));
    for (const until = Date.now() + TOLD_MS_MAX; Date.now() < until; await sleep(POLL_MS)) {
      told = await (await open.ask('/metrics')).text();
      if (/^aitrader_run_unread_messages\{.*\} 0(\s|$)/m.test(told)) break;
    }
  }, START_MS_MAX + TOLD_MS_MAX);
  afterAll(async () => {
    unclaim();
    await open.close();
    if (before === undefined) Reflect.deleteProperty(process.env, 'AITRADER_METRICS');
    else process.env['AITRADER_METRICS'] = before;
  });

  it('are all that is measured of a run, by its name', () => {
    const sampled = new Set(
      [...told.matchAll(/^(aitrader_\w+)\{(.*)\} /gm)].flatMap(([, name, of]) => (of?.includes(RUN) ? [name] : [])),
    );
    expect(RUN_GAUGES.filter((name) => !sampled.has(name))).toEqual([]);
  });

  it('are the run’s own figures', async () => {
    const valueOf = (name: string): number => Number(new RegExp(`^${name}\\{.*\\} (\\S+)`, 'm').exec(told)?.[1]);
    const head = await open.ask(`/api/runs/${RUN}`, open.enter('viewer'));
    expect(head.status).toBe(200);
    expect(valueOf('aitrader_signals_total')).toBeGreaterThan(0);
    expect(valueOf('aitrader_run_unread_messages')).toBe(0);
    expect(valueOf('aitrader_bus_connected')).toBe(1);
    // the one service that it is said to have runs as no process
    expect(valueOf('aitrader_services_silent')).toBe(1);
  });

  it('are read by promtool without a complaint about their form', () => {
    const tool = promtool();
    if (tool === undefined)
      return leaveOut('metrics as promtool reads them', 'promtool was not found (on Debian: apt-get install prometheus)');
    const { status, stderr } = spawnSync(tool, ['check', 'metrics'], { input: told, encoding: 'utf8' });
    // 1: it cannot be read; 3: it can, and a name is not as is usual, as of a gauge that is called a total
    expect([status, stderr]).toEqual([
      expect.any(Number),
      expect.not.stringMatching(/error while linting|parsing|expected|invalid/i),
    ]);
    expect([0, 3]).toContain(status);
    const broken = spawnSync(tool, ['check', 'metrics'], { input: told.replace(/\{/, '{{'), encoding: 'utf8' });
    expect(broken.status).toBe(1);
  });

  it(
    'are for nobody where the environment does not say so',
    async () => {
      Reflect.deleteProperty(process.env, 'AITRADER_METRICS');
      const quiet = await openConsole();
      try {
        expect((await quiet.ask('/metrics')).status).toBe(404);
      } finally {
        await quiet.close();
      }
    },
    START_MS_MAX,
  );
});
