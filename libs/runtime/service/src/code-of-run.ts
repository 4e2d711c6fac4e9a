import type { Manifest } from '@aitrader/model';
import { codeIdentity, ConfigurationError } from '@aitrader/runtime-configuration';

/**
 * A run is of one code and one Node from its first interval to its last: a service that was built anew in between would go on from another's
 * state, and nobody could verify what it says. A manifest that does not know its code, as of earlier programs, is believed.
 * @throws ConfigurationError naming what differs
 */
export function assertCodeOf({ run, codeHash, nodeVersion }: Manifest): void {
  if (codeHash === '') return;
  const { hash } = codeIdentity();
  const problems = [
    ...(hash === codeHash ? [] : [`codeHash: the run was begun by the build ${codeHash}, and this is ${hash || 'not known'}`]),
    ...(nodeVersion === process.version
      ? []
      : [`nodeVersion: the run was begun on ${nodeVersion}, and this is ${process.version}`]),
  ];
  if (problems.length > 0) throw new ConfigurationError(`run ${run}`, problems);
}
