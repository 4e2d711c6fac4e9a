import type { RunConfig } from '@aitrader/model';

/**
 * What a strategy showed is remembered by its name, and a stake rests on it: in a run that follows another one, a name stays with the kind of strategy
 * that it was. @throws Error that names a strategy which is of another kind
 */
export function requireSameKinds(
  follows: string,
  before: Pick<RunConfig, 'strategies'>,
  now: Pick<RunConfig, 'strategies'>,
): void {
  for (const { name, kind } of now.strategies) {
    const was = before.strategies.find((one) => one.name === name)?.kind ?? kind;
    if (was !== kind)
      throw new Error(
        `strategies: ${name} is of the kind ${was} in ${follows}, and would be of the kind ${kind}: what it showed is not the other's; give it another name`,
      );
  }
}
