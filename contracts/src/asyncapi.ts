import { z } from 'zod';
import { runConfigSchema } from './config-schema.ts';
import { jsonSchemaOf, type JsonSchema } from './schemas.ts';
import { ACCOUNT, OPERATOR } from './subjects.ts';
import {
  FACTS,
  FACT_WIRING,
  PLACED_BY,
  STAGES,
  SUPERVISOR_WRITES,
  TOPOLOGY,
  isPlaced,
  type Cadence,
  type Fact,
  type Input,
  type StageName,
} from './topology.ts';

type Section = Readonly<Record<string, unknown>>;

const CADENCE: Readonly<Record<Cadence, string>> = {
  once: 'Sent once, in as many messages as it takes.',
  interval: 'Sent every interval, empty ones included.',
  announced: 'Sent when there is any; the fact that closes the interval says how many to wait for.',
  scheduled: "Sent at the intervals that the run's configuration and the calendar tell; without a scanner at none.",
  ahead: 'Sent when there is any, and stored before the fact that closes its interval.',
  'when-any': 'Sent when there is any.',
};
const OF: Readonly<Record<Input['of'], string>> = {
  'own-shard': 'of its own shard',
  'every-shard': 'of every shard',
  account: 'of the account',
};
const WHEN: Readonly<Record<Input['when'], string>> = {
  now: 'awaited for the interval at hand',
  before: 'awaited, of the interval before',
  announced: 'awaited when the fact that closes the interval counts any',
  scheduled: 'awaited at the intervals that it is sent at',
  unawaited: 'taken when it is there; the recording orders it',
};

/** The whole message map as an AsyncAPI 3 document: a channel per fact, an operation per stage and fact, a schema per message. */
export function asyncApiDocument(): object {
  return {
    asyncapi: '3.1.0',
    info: {
      title: 'AI Trader',
      version: '1.0.0',
      description:
        'The facts of a run. All of them lie in one JetStream stream, AT_<RUN>, whose sequence is their total order. ' +
        'Every number says its unit; a breaking change of a fact is a new version beside the old one.',
      license: { name: 'Apache-2.0', url: 'https://www.apache.org/licenses/LICENSE-2.0' },
    },
    defaultContentType: 'application/json',
    channels: byName(FACTS, (fact) => [fact, channelOf(fact)]),
    operations: byName(
      [...STAGES.flatMap(operationsOf), ...SUPERVISOR_WRITES.map((fact) => sent('supervisor', fact))],
      (operation) => operation,
    ),
    components: {
      parameters: PARAMETERS,
      messages: byName(FACTS, (fact) => [messageNameOf(fact), messageOf(fact)]),
      schemas: {
        ...byName(FACTS, (fact) => [messageNameOf(fact), schemaOf(fact)]),
        configuration: configurationSchema(),
      },
    },
  };
}

const PARAMETERS = {
  run: { description: 'The run: lower case letters, digits and hyphens, 63 at most.', examples: ['paper-20260105-143000'] },
  shard: { description: 'Number of the shard, from 0.', examples: ['0'] },
  account: {
    description: `The account; of control also "${OPERATOR}", the subject that any number of operators may publish to.`,
    enum: [ACCOUNT, OPERATOR],
    default: ACCOUNT,
  },
} as const;

const byName = <T>(items: readonly T[], entry: (item: T) => readonly [string, unknown]): Section =>
  Object.fromEntries(items.map(entry));
const reference = (...path: readonly string[]): Section => ({ $ref: `#/${path.join('/')}` });
const messageNameOf = (fact: Fact): string => `${fact}.v${FACT_WIRING[fact].version}`;

function channelOf(fact: Fact): Section {
  const { key, cadence, version } = FACT_WIRING[fact];
  const name = messageNameOf(fact);
  return {
    address: `at.{run}.${fact}.v${version}.{${key}}`,
    title: fact,
    description: CADENCE[cadence],
    parameters: byName(['run', key], (parameter) => [parameter, reference('components', 'parameters', parameter)]),
    messages: { [name]: reference('components', 'messages', name) },
  };
}

type Operation = readonly [string, Section];

function operationsOf(stage: StageName): readonly Operation[] {
  const { reads, writes } = TOPOLOGY[stage];
  return [
    ...reads.map(({ fact, of, when }) => operationOf(stage, 'receive', fact, `${fact} ${OF[of]}: ${WHEN[when]}.`)),
    ...writes.map((fact) => sent(stage, fact)),
  ];
}

const sent = (who: string, fact: Fact): Operation => operationOf(who, 'send', fact, `Only ${who} writes ${fact}.`);

const operationOf = (who: string, action: 'send' | 'receive', fact: Fact, summary: string): Operation => [
  `${who}-${action}s-${fact}`,
  {
    action,
    summary,
    channel: reference('channels', fact),
    messages: [reference('channels', fact, 'messages', messageNameOf(fact))],
    tags: [{ name: who }],
  },
];

function messageOf(fact: Fact): Section {
  const name = messageNameOf(fact);
  return {
    name,
    title: fact,
    summary: schemaOf(fact).description,
    contentType: 'application/json',
    headers: {
      type: 'object',
      properties: {
        'Nats-Msg-Id': {
          type: 'string',
          description: `the same however often it is sent: <run>/<stage>/<shard or account>/<${isPlaced(fact) ? PLACED_BY[fact] : 't'}>/<fact>`,
        },
      },
    },
    payload: reference('components', 'schemas', name),
  };
}

/** What the manifest's open `config` holds when today's code writes it. */
function configurationSchema(): JsonSchema {
  const { $schema: _, ...schema }: JsonSchema = z.toJSONSchema(runConfigSchema, { target: 'draft-7' });
  return { ...schema, description: "Everything that shapes a run's decisions, with the keys of today." };
}

function schemaOf(fact: Fact): JsonSchema {
  const { $schema: _, ...schema } = jsonSchemaOf(fact);
  return schema;
}
