import { STRATEGY_CATALOGUE } from '@aitrader/core-strategies';
import { claimDifferences, type RunConfig } from '@aitrader/model';

/**
 * What a strategy showed is remembered by its name, and a stake rests on it: in a run that follows another one, a name stays with the strategy that it
 * was, of the same kind and with the same parameters, but for those of how positions are held. @throws Error that names a strategy which is another one
 */
export function requireSameStrategies(
  follows: string,
  before: Pick<RunConfig, 'strategies'>,
  now: Pick<RunConfig, 'strategies'>,
): void {
  for (const is of now.strategies) {
    const was = before.strategies.find(({ name }) => name === is.name);
    if (was === undefined) continue;
    if (was.kind !== is.kind) refuse(is.name, follows, `of the kind ${was.kind}`, `of the kind ${is.kind}`);
    const [other] = claimDifferences(was, is, STRATEGY_CATALOGUE);
    if (other !== undefined)
      refuse(is.name, follows, `with ${other} ${was.parameters[other] ?? 'unset'}`, `with ${is.parameters[other] ?? 'unset'}`);
  }
}

function refuse(name: string, follows: string, was: string, is: string): never {
  throw new Error(
    `strategies: ${name} is ${was} in ${follows}, and would be ${is}: what it showed is not the other's; give it another name`,
  );
}
