import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { ContractError, FACTS, FACT_WIRING, intervalOf, upcast } from './index.ts';
import { RELEASED } from './earlier-versions.ts';
import { demandsOf, releasedSchemaOf } from './released-schema.ts';
import { RECODE, bytesOf } from '../testing/codec-of.ts';

const FOLDER = path.resolve(import.meta.dirname, '../golden');
const read = (name: string): string => readFileSync(path.join(FOLDER, name), 'utf8');

/** The bytes on the wire: the same text without the blanks between its tokens. */
const wireOf = (laidOut: string): string => laidOut.replace(/("(?:[^"\\]|\\.)*")|\s+/g, '$1');

const MESSAGE = /^([a-z-]+)\.v(\d+)\.json$/;
const messages = readdirSync(FOLDER).flatMap((name) => {
  const [, fact, version] = MESSAGE.exec(name) ?? [];
  const known = FACTS.find((one) => one === fact);
  return version === undefined ? [] : [{ name, known, version: Number(version) }];
});

describe('golden messages', () => {
  it('there is one of every fact, of its version of today and of the first', () => {
    for (const fact of FACTS) {
      expect(messages).toContainEqual({ name: `${fact}.v1.json`, known: fact, version: 1 });
      expect(messages.map(({ name }) => name)).toContain(`${fact}.v${FACT_WIRING[fact].version}.json`);
    }
  });

  it.each(messages)('$name belongs to a fact and is not ahead of it', ({ known, version }) => {
    expect(FACTS).toContain(known);
    expect(version).toBeLessThanOrEqual(known === undefined ? 0 : FACT_WIRING[known].version);
  });

  it.each(FACTS)('%s decodes, laid out or not, and is written back byte for byte', (fact) => {
    const laidOut = read(`${fact}.v${FACT_WIRING[fact].version}.json`);
    const wire = wireOf(laidOut);
    expect(JSON.parse(wire)).toEqual(JSON.parse(laidOut));
    expect(RECODE[fact](bytesOf(wire))).toBe(wire);
    expect(RECODE[fact](bytesOf(laidOut))).toBe(wire);
  });

  it.each(messages)('$name decodes, said as today', ({ name, known, version }) => {
    if (known === undefined) throw new Error(`${name} is no fact's`);
    const wire = wireOf(read(name));
    const today = upcast(known, version, bytesOf(wire));
    expect(RECODE[known](today)).toBe(Buffer.from(today).toString());
    if (version === FACT_WIRING[known].version) expect(Buffer.from(today).toString()).toBe(wire);
    const said: Record<string, unknown> = JSON.parse(Buffer.from(today).toString());
    for (const name of ['t', 'run', 'reason']) expect(said[name]).toBe((JSON.parse(wire) as Record<string, unknown>)[name]);
  });

  it.each(messages.filter(({ known, version }) => known !== undefined && version < FACT_WIRING[known].version))(
    '$name is refused by name when it is damaged',
    ({ name, known, version }) => {
      if (known === undefined) throw new Error(`${name} is no fact's`);
      const damaged = wireOf(read(name)).replace('{', '{"surplus":1,');
      expect(() => upcast(known, version, bytesOf(damaged))).toThrow(ContractError);
      expect(() => upcast(known, version, bytesOf('{'))).toThrow(ContractError);
    },
  );

  it.each(FACTS)('%s names BRK.B, whose dot NATS would split at', (fact) => {
    expect(read(`${fact}.v${FACT_WIRING[fact].version}.json`)).toContain('BRK.B');
  });

  it.each(FACTS.filter((fact) => fact !== 'manifest'))('%s tells its interval', (fact) => {
    const { t }: { t: number } = JSON.parse(read(`${fact}.v${FACT_WIRING[fact].version}.json`));
    expect(intervalOf(fact, bytesOf(wireOf(read(`${fact}.v${FACT_WIRING[fact].version}.json`))))).toBe(t);
    expect(intervalOf(fact, bytesOf(read(`${fact}.v${FACT_WIRING[fact].version}.json`)))).toBe(t);
  });
});

describe('released schemas', () => {
  const versions = FACTS.flatMap((fact) =>
    Array.from({ length: FACT_WIRING[fact].version }, (_, before) => [fact, before + 1] as const),
  );

  it.each(versions)(
    '%s v%i demands what it demanded when it was released; a breaking change is a new version beside the old',
    (fact, version) => {
      const released: unknown = JSON.parse(read(`${fact}.v${version}.schema.json`));
      expect(releasedSchemaOf(fact, version)).toEqual(released);
    },
  );

  const frozen = FACTS.flatMap((fact) => (RELEASED[fact] ?? []).map((version, before) => [fact, before + 1, version] as const));

  it.each(frozen)('%s v%i is frozen to the letter, also when it is still the version of today', (fact, version, { schema }) => {
    expect(demandsOf(schema)).toEqual(JSON.parse(read(`${fact}.v${version}.schema.json`)));
  });

  it('are frozen with the words of the next version, but for that of today', () => {
    for (const [fact, version, { next }] of frozen)
      expect([fact, version, next !== undefined]).toEqual([fact, version, version < FACT_WIRING[fact].version]);
  });

  it('describe themselves without that being a change', () => {
    const words = JSON.stringify(versions.map(([fact, version]) => releasedSchemaOf(fact, version)));
    for (const keyword of ['description', 'title', '$schema', 'readOnly']) expect(words).not.toContain(`"${keyword}":`);
  });
});
