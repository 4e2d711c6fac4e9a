import {
  OWNER_ACCOUNT,
  PRINCIPALS,
  accountOf,
  busGrants,
  permissionsOf,
  type BusGrant,
  type Principal,
} from '@aitrader/contracts';
import type { BusIdentities } from './bus-keys.ts';

/**
 * What an account other than the owner may make in its own JetStream: buckets of checkpoints and of leases, one stream each, of runs that are
 * not over, and what reads them.
 */
const STREAMS_MAX = 2_000;
const CONSUMERS_MAX = 1_000;
/** A request for messages in bulk is answered within this, or asked anew. */
const BULK_ANSWER = '10s';

/** How long somebody who connects may take to sign, in seconds: on a machine that is busy the server's own 2 are too short. */
const SIGNED_S_MAX = 20;

const text = JSON.stringify;

/** The accounts of the bus as nats-server's configuration has them: who connects by which key, and what crosses between them. */
export function renderAccounts(identities: BusIdentities): string {
  return `authorization: { timeout: ${SIGNED_S_MAX} }\naccounts {\n${PRINCIPALS.map((principal) => accountText(principal, identities[principal])).join('')}}\n`;
}

function accountText(principal: Principal, keys: readonly string[]): string {
  const grants = busGrants();
  const exported = merged(grants.filter(({ by }) => by === principal));
  const lines = [
    ...jetStreamOf(principal),
    `users: [\n${keys.map((key) => `      ${userText(principal, key)}\n`).join('')}    ]`,
    ...(exported.length === 0 ? [] : [`exports: [\n${exported.map((one) => `      ${one}\n`).join('')}    ]`]),
    `imports: [\n${grants
      .filter(({ to }) => to === principal)
      .map((grant) => `      ${importText(grant)}\n`)
      .join('')}    ]`,
  ];
  return `  ${accountOf(principal)} {\n${lines.map((line) => `    ${line}\n`).join('')}  }\n`;
}

/** Operators and the journal keep nothing on the bus; services keep checkpoints and leases, and the owner all recordings. */
function jetStreamOf(principal: Principal): readonly string[] {
  if (principal === 'operator' || principal === 'journal') return [];
  if (accountOf(principal) === OWNER_ACCOUNT) return ['jetstream: enabled'];
  return [`jetstream: { max_streams: ${STREAMS_MAX}, max_consumers: ${CONSUMERS_MAX} }`];
}

function userText(principal: Principal, key: string): string {
  const permissions = permissionsOf(principal);
  if (permissions === undefined) return `{ nkey: ${key} }`;
  const { publish, subscribe } = permissions;
  return `{ nkey: ${key}, permissions: { publish: { allow: ${text(publish)} }, subscribe: { allow: ${text(subscribe)} } } }`;
}

/** A subject is exported once, to all who may use it. */
function merged(grants: readonly BusGrant[]): readonly string[] {
  const exported = new Map<string, { readonly grant: BusGrant; readonly to: Set<string> }>();
  for (const grant of grants) {
    const key = `${grant.kind} ${grant.subject}`;
    const one = exported.get(key) ?? { grant, to: new Set<string>() };
    one.to.add(accountOf(grant.to));
    exported.set(key, one);
  }
  return [...exported.values()].map(({ grant: { kind, subject, inBulk }, to }) => {
    const bulk = inBulk === true ? `, response_type: stream, response_threshold: ${text(BULK_ANSWER)}` : '';
    return `{ ${kind}: ${text(subject)}${bulk}, accounts: [${[...to].join(', ')}] }`;
  });
}

const importText = ({ kind, by, subject, as }: BusGrant): string =>
  `{ ${kind}: { account: ${accountOf(by)}, subject: ${text(subject)} }${as === undefined ? '' : `, to: ${text(as)}`} }`;
