import { randomBytes } from 'node:crypto';
import { runId, type RunId, type RunKind } from '@aitrader/model';

/** A new run's id: its kind, the wall clock in UTC, and two random bytes against a collision within the second. */
export function newRunId(kind: RunKind, now = new Date()): RunId {
  const stamp = now.toISOString().slice(0, 19).replaceAll(/[-:]/g, '').replace('T', '-');
  return runId(`${kind}-${stamp}-${randomBytes(2).toString('hex')}`);
}
