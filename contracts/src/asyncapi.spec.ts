import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { Parser } from '@asyncapi/parser';
import { runId } from '@aitrader/model';
import {
  FACTS,
  FACT_WIRING,
  STAGES,
  SUPERVISOR_WRITES,
  TOPOLOGY,
  addressOf,
  asyncApiDocument,
  subjectOf,
  type Fact,
} from './index.ts';

async function parse() {
  const { document, diagnostics } = await new Parser().parse(JSON.stringify(asyncApiDocument()));
  if (document === undefined) throw new Error(`not an AsyncAPI document: ${JSON.stringify(diagnostics.slice(0, 3))}`);
  return { document, diagnostics };
}
const parsing = parse();

describe('the AsyncAPI document', () => {
  it('is a valid AsyncAPI 3 document, with not even a hint against it', async () => {
    const { document, diagnostics } = await parsing;
    expect(diagnostics).toEqual([]);
    expect(document.version()).toMatch(/^3\./);
  });

  it('would be found out if it were not', async () => {
    const { diagnostics } = await new Parser().parse(
      JSON.stringify({ ...asyncApiDocument(), channels: { bars: { messages: 7 } } }),
    );
    expect(diagnostics.map(({ code }) => code)).toContain('asyncapi-document-resolved');
  });

  it('has a channel of every fact, whose address is its subject', async () => {
    const { document } = await parsing;
    const channels = document.channels().all();
    expect(channels.map((channel) => channel.id())).toEqual([...FACTS]);
    for (const fact of FACTS) {
      const channel = channels.find((one) => one.id() === fact);
      const values: Readonly<Record<string, string>> = { run: 'r', shard: '5', account: 'main' };
      const subject = channel?.address()?.replace(/\{(\w+)\}/g, (_, name: string) => values[name] ?? '') ?? '';
      expect(subject).toBe(subjectOf(runId('r'), fact, 5));
      expect(addressOf(subject).fact).toBe(fact);
      expect(
        channel
          ?.parameters()
          .all()
          .map((parameter) => parameter.id()),
      ).toEqual(['run', FACT_WIRING[fact].key]);
    }
  });

  it('has an operation for everything that a stage reads or writes, and no other', async () => {
    const { document } = await parsing;
    const operations = document
      .operations()
      .all()
      .map((operation) => {
        const [channel] = operation.channels().all();
        const [tag] = operation.tags().all();
        expect(
          operation
            .messages()
            .all()
            .map((message) => message.name()),
        ).toEqual(FACTS.filter((fact) => fact === channel?.id()).map((fact) => `${fact}.v${FACT_WIRING[fact].version}`));
        return `${tag?.name()} ${operation.action()} ${channel?.id()}`;
      });
    const wired = STAGES.flatMap((stage) => [
      ...TOPOLOGY[stage].reads.map(({ fact }) => `${stage} receive ${fact}`),
      ...TOPOLOGY[stage].writes.map((fact) => `${stage} send ${fact}`),
    ]);
    const supervised = SUPERVISOR_WRITES.map((fact) => `supervisor send ${fact}`);
    expect(operations.sort()).toEqual([...wired, ...supervised].sort());
  });

  it.each(FACTS)('describes the message %s and every field of it, numbers with their unit', async (fact: Fact) => {
    const { document } = await parsing;
    const message = document.components().messages().get(`${fact}.v${FACT_WIRING[fact].version}`);
    expect(message?.summary()).toMatch(/\.$/);
    expect(undescribed(message?.payload()?.json(), fact)).toEqual([]);
  });

  it('describes every key of the configuration, which the manifest leaves open', async () => {
    const { document } = await parsing;
    const configuration = document.components().schemas().get('configuration')?.json();
    expect(Object.keys(Object(configuration).properties)).toEqual([
      'probability',
      'strategies',
      'risk',
      'simulation',
      'scanner',
      'broker',
    ]);
    expect(undescribed(configuration, 'config')).toEqual([]);
  });

  it('is written to the file that is named', () => {
    const folder = mkdtempSync(path.join(os.tmpdir(), 'asyncapi-'));
    try {
      const file = path.join(folder, 'document.json');
      const program = path.join(import.meta.dirname, 'asyncapi.cli.ts');
      execFileSync(process.execPath, ['--conditions=@aitrader/source', '--disable-warning=ExperimentalWarning', program, file]);
      expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual(JSON.parse(JSON.stringify(asyncApiDocument())));
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

/** Fields that say nothing about themselves: containers may leave it to what they contain, values may not. */
function undescribed(schema: unknown, at: string): string[] {
  const { properties, items, oneOf, anyOf, description, type }: Record<string, unknown> = Object(schema);
  if (Array.isArray(oneOf)) return oneOf.flatMap((choice, i) => undescribed(choice, `${at}|${i}`));
  if (properties !== undefined)
    return Object.entries(Object(properties)).flatMap(([name, part]) => undescribed(part, `${at}.${name}`));
  const said = typeof description === 'string' && description !== '';
  const within = Array.isArray(anyOf) ? anyOf.filter((choice) => Object(choice).properties !== undefined) : [];
  const nested = within.flatMap((choice) => undescribed(choice, at));
  if (type === 'array') {
    const isObject = Object(items).type === 'object' || Object(items).oneOf !== undefined;
    return [...(said ? [] : [at]), ...(isObject ? undescribed(items, `${at}[]`) : [])];
  }
  return [...(said ? [] : [at]), ...nested];
}
