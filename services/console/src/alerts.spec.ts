/**
 * The rules of alerts: each has a case in which it comes and one in which it does not, a runbook that is there, and asks for what is measured.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { installDebianPackage } from '../../../tools/testing/debian-package.ts';
import { leaveOut } from '../../../tools/testing/reference-data.ts';
import { RUN_GAUGES } from './run-telemetry.ts';

const ROOT = path.resolve(import.meta.dirname, '../../..');
const FOLDER = path.join(ROOT, 'deploy/observability');
const read = (file: string): string => readFileSync(path.join(FOLDER, file), 'utf8');

interface Rule {
  readonly name: string;
  readonly text: string;
}
const RULES: readonly Rule[] = read('alerts.yml')
  .split('- alert: ')
  .slice(1)
  .map((text) => ({ name: text.slice(0, text.indexOf('\n')), text }));

const STAGES_MEASURE = [
  'aitrader_stage_handled_seconds_bucket',
  'aitrader_stage_interval_seconds',
  'aitrader_stage_read_sequence',
  'aitrader_stage_waiting_intervals',
];
const SCHEDULERS_MEASURE = [
  'aitrader_schedule_jobs_missed',
  'aitrader_schedule_jobs_left',
  'aitrader_schedule_jobs_failed',
  'aitrader_learning_alarm',
];

/** What a heading is linked by. */
const anchorOf = (heading: string): string =>
  heading
    .toLowerCase()
    .replaceAll(/[^a-z0-9 -]/g, '')
    .replaceAll(' ', '-');

/** promtool, of Debian's package of Prometheus. */
const promtool = (): string | undefined =>
  ['/usr/bin/promtool', '/usr/local/bin/promtool'].find((file) => existsSync(file)) ??
  (installDebianPackage('prometheus') ? '/usr/bin/promtool' : undefined);

describe('alerts', () => {
  it('come when they have to, and stay away when they must', () => {
    const tool = promtool();
    if (tool === undefined)
      return leaveOut('the rules of alerts', 'promtool was not found (on Debian: apt-get install prometheus)');
    const { status, stdout, stderr } = spawnSync(tool, ['test', 'rules', 'alerts.test.yml'], { cwd: FOLDER, encoding: 'utf8' });
    expect([status, stdout + stderr]).toEqual([0, expect.stringContaining('SUCCESS')]);
  });

  it('each have both cases', () => {
    const cases = read('alerts.test.yml');
    expect(RULES.length).toBeGreaterThan(20);
    const without = RULES.filter(
      ({ name }) => !cases.includes(`- name: ${name} comes\n`) || !cases.includes(`- name: ${name} stays away\n`),
    );
    // what always comes cannot stay away
    expect(without.map(({ name }) => name)).toEqual(['Watchdog']);
  });

  it.each(RULES)('$name says how grave it is, whose it is, and where to read on', ({ text }) => {
    expect(text).toMatch(/severity: (page|warn|note|none), owner: \w+/);
    expect(text).toMatch(/summary: '.+'/);
    const [, file = '', anchor = ''] = /runbook_url: ([\w./-]+)(?:#([\w-]+))?/.exec(text) ?? [];
    const headings = readFileSync(path.join(ROOT, file), 'utf8').match(/^#+ .*$/gm) ?? [];
    if (anchor !== '') expect(headings.map((heading) => anchorOf(heading.replace(/^#+ /, '')))).toContain(anchor);
  });

  it.each(RULES)('$name asks for what is measured', ({ text }) => {
    const asked = text.match(/aitrader_[a-z_]+/g) ?? [];
    expect(asked.filter((name) => ![...RUN_GAUGES, ...STAGES_MEASURE, ...SCHEDULERS_MEASURE].includes(name))).toEqual([]);
  });
});
