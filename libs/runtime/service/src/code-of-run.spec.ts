import { describe, expect, it } from '@jest/globals';
import { epochMs, runId, type Manifest } from '@aitrader/model';
import { codeIdentity, SIMULATED_DEFAULTS } from '@aitrader/runtime-configuration';
import { assertCodeOf } from './code-of-run.ts';

const begunBy = (code: Partial<Manifest>): Manifest => ({
  run: runId('paper-test'),
  kind: 'paper',
  follows: null,
  createdAt: epochMs(0),
  codeVersion: '0',
  codeHash: codeIdentity().hash,
  codeCommit: '',
  nodeVersion: process.version,
  shards: 1,
  timeframe: '1m',
  universe: [],
  config: SIMULATED_DEFAULTS,
  configHash: '',
  sources: [],
  from: epochMs(0),
  to: epochMs(0),
  ...code,
});

describe('the code of a run', () => {
  it('is the one that began it', () => {
    expect(codeIdentity().hash).toMatch(/^[0-9a-f]{64}$/);
    expect(() => assertCodeOf(begunBy({}))).not.toThrow();
  });

  it('is no other build and no other Node: both are named', () => {
    const other = begunBy({ codeHash: 'f'.repeat(64), nodeVersion: 'v1.2.3' });
    expect(() => assertCodeOf(other)).toThrow(/codeHash: .*ffff[^]*nodeVersion: .*v1\.2\.3/);
    expect(() => assertCodeOf(begunBy({ nodeVersion: 'v1.2.3' }))).toThrow('nodeVersion');
  });

  it('is believed where the manifest does not know it', () => {
    expect(() => assertCodeOf(begunBy({ codeHash: '', nodeVersion: 'v1.2.3' }))).not.toThrow();
  });
});
