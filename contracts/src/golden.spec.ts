import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { FACTS, FACT_WIRING, intervalOf, type Fact } from './index.ts';
import { releasedSchemaOf } from './released-schema.ts';
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
    const laidOut = read(`${fact}.v1.json`);
    const wire = wireOf(laidOut);
    expect(JSON.parse(wire)).toEqual(JSON.parse(laidOut));
    expect(RECODE[fact](bytesOf(wire))).toBe(wire);
    expect(RECODE[fact](bytesOf(laidOut))).toBe(wire);
  });

  it.each(FACTS)('%s names BRK.B, whose dot NATS would split at', (fact) => {
    expect(read(`${fact}.v1.json`)).toContain('BRK.B');
  });

  it.each(FACTS.filter((fact) => fact !== 'manifest'))('%s tells its interval', (fact) => {
    const { t }: { t: number } = JSON.parse(read(`${fact}.v1.json`));
    expect(intervalOf(fact, bytesOf(wireOf(read(`${fact}.v1.json`))))).toBe(t);
    expect(intervalOf(fact, bytesOf(read(`${fact}.v1.json`)))).toBe(t);
  });
});

describe('released schemas', () => {
  it.each(FACTS)(
    '%s demands what it demanded when it was released; a breaking change is a new version beside the old',
    (fact: Fact) => {
      const released: unknown = JSON.parse(read(`${fact}.v${FACT_WIRING[fact].version}.schema.json`));
      expect(releasedSchemaOf(fact)).toEqual(released);
    },
  );

  it('describe themselves without that being a change', () => {
    const words = JSON.stringify(FACTS.map(releasedSchemaOf));
    for (const keyword of ['description', 'title', '$schema', 'readOnly']) expect(words).not.toContain(`"${keyword}":`);
  });
});
