/**
 * 1. What a released schema accepts becomes what the next one accepts.
 */
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { ContractError, FACTS, FACT_WIRING, upcast } from './index.ts';
import { RELEASED, schemaOf } from './earlier-versions.ts';
import { someMessageOf } from '../testing/arbitrary-messages.ts';
import { bytesOf } from '../testing/codec-of.ts';

const steps = FACTS.flatMap((fact) =>
  (RELEASED[fact] ?? []).flatMap(({ schema, next }, before) =>
    next === undefined ? [] : [{ fact, version: before + 1, schema, next }],
  ),
);

describe('a message of a released version, whatever it holds', () => {
  it.each(steps)('$fact v$version is one of the next version', ({ fact, version, schema, next }) => {
    const after = schemaOf(fact, version + 1);
    fc.assert(
      fc.property(someMessageOf(schema), (message) => {
        const said = after.safeParse(next(message));
        expect(said.error?.issues ?? []).toEqual([]);
      }),
    );
  });

  it.each(FACTS)('%s of a version that is yet to come is refused as that', (fact) => {
    const { version } = FACT_WIRING[fact];
    const read = (): unknown => upcast(fact, version + 1, bytesOf('{}'));
    expect(read).toThrow(ContractError);
    expect(read).toThrow(
      `${fact} message: the message is of version ${version + 1}, which a newer program wrote: this one reads up to version ${version}`,
    );
  });
});
