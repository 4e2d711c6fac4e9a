import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { ContractError } from '@aitrader/contracts';
import {
  BrokenRecordingError,
  BusFullError,
  DivergedError,
  FencedError,
  NotAllowedError,
  UnknownRunError,
} from '@aitrader/runtime-bus';
import { ConfigurationError } from '@aitrader/runtime-configuration';
import { TelemetryProblem } from '@aitrader/runtime-telemetry';
import { ForgedMessageError } from '@aitrader/runtime-signing';
import { exitCodeOf } from './exit-code.ts';

const named = (name: string): Error => Object.assign(new Error('no'), { name });

describe('what a service ends with', () => {
  it.each<[number, string, unknown]>([
    [1, 'an error of no kind', new Error('no elements')],
    [1, 'what is no error', 'thrown'],
    [2, 'a wrong configuration', new ConfigurationError('run.json', ['risk.kellyFraction: 7 is more than 1'])],
    [2, 'a variable of telemetry that is not understood', new TelemetryProblem('OTEL_TRACES_SAMPLER: …')],
    [2, 'a run that is not there', new UnknownRunError('paper-none', [])],
    [2, 'a word that the bus does not let it say', new NotAllowedError('the bus does not let risk publish at.r.fills.v1.main')],
    [2, 'a key that is none', named('KeyFileError')],
    [2, 'a bar file that cannot be read', named('BarFileError')],
    [3, 'another copy in its place', new FencedError('another copy')],
    [4, 'a bus without room', new BusFullError('full')],
    [5, 'a message that no contract knows', new ContractError('bars', 't', 'is missing')],
    [5, 'a recording that breaks off', new BrokenRecordingError('paper-1', 'the recording is empty')],
    [5, 'a recording that says otherwise', new DivergedError('otherwise')],
    [6, 'an order that nobody signed', new ForgedMessageError(7, 'at.r.orders.v4.main', 'not signed')],
  ])('is %i after %s', (code, _, error) => {
    expect(exitCodeOf(error)).toBe(code);
  });

  const built = path.resolve(import.meta.dirname, '../../../../services/strategy/dist/main.js');
  it('is 2 of the service itself, whose environment names a key that is none, and it names the file', () => {
    expect(existsSync(built)).toBe(true);
    const folder = mkdtempSync(path.join(tmpdir(), 'exit-code-'));
    const key = path.join(folder, 'strategy.nk');
    writeFileSync(key, 'no seed', { mode: 0o600 });
    const env = { PATH: process.env['PATH'], NATS_URL: 'nats://127.0.0.1:9', AITRADER_RUN: 'paper-none', AITRADER_BUS_KEY: key };
    const { status, stdout, stderr } = spawnSync(process.execPath, [built], { env, encoding: 'utf8', timeout: 60_000 });
    rmSync(folder, { recursive: true });
    expect([status, `${stdout}${stderr}`]).toEqual([2, expect.stringContaining(key)]);
  });
});
