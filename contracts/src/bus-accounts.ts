import type { RunId } from '@aitrader/model';
import { ACCOUNT, OPERATOR, encodeToken } from './subjects.ts';
import { FACT_WIRING, STAGES, TOPOLOGY, type Fact, type StageName } from './topology.ts';

/**
 * Who connects to the bus: every stage, the journal, which reads recordings and nothing else, the operators' commands, sweeps with their
 * workers, which have nothing to do with recordings, the scheduler, which keeps the rows of its jobs and reads recordings, and the supervisor,
 * which owns these.
 */
export const PRINCIPALS = [...STAGES, 'journal', 'operator', 'scheduler', 'sweep', 'supervisor'] as const;
export type Principal = (typeof PRINCIPALS)[number];

/** Who runs as a process of a run's own: its stages, and the journal beside them. */
export type ServiceName = StageName | 'journal';

/** The account that owns the streams of all runs. */
export const OWNER_ACCOUNT = 'BUS';

/** The account of the bus that somebody connects to: one each, so that nobody's replies or requests reach another's subjects. */
export const accountOf = (principal: Principal): string => (principal === 'supervisor' ? OWNER_ACCOUNT : principal.toUpperCase());

const ANY_RUN = '*';
const LOG = 'atlog';

/** Where a message that was stored is told to whoever follows the recording: nobody's publishing reaches a recording by it. */
export const logSubjectOf = (subject: string): string => `${LOG}${subject.slice('at'.length)}`;

/** The subject that a message was stored under, by the one that it is told on. */
export const storedSubjectOf = (logSubject: string): string => `at${logSubject.slice(LOG.length)}`;

/** What the stream of a run tells on: every subject of the run, under a name that is no recording's. */
export const logOfRun = (run: RunId): { readonly src: string; readonly dest: string } => ({
  src: `at.${run}.>`,
  dest: `${LOG}.${run}.>`,
});

const subjectsOfFact = (fact: Fact, key: string): string => `at.${ANY_RUN}.${fact}.v${FACT_WIRING[fact].version}.${key}`;
const keyOf = (fact: Fact): string => (FACT_WIRING[fact].key === 'shard' ? '*' : encodeToken(ACCOUNT));

/** Whether somebody has facts of a run to write, or is told of them as they are stored. */
const writesOrHears = (principal: Principal): principal is StageName | 'operator' =>
  principal === 'operator' || STAGES.some((stage) => stage === principal);

/**
 * The subjects that somebody may publish to, in whichever run: those of the facts that the topology lets it write, in today's version.
 * The supervisor's own account is the recordings' and needs no leave.
 */
export function subjectsWritten(principal: Principal): readonly string[] {
  if (!writesOrHears(principal)) return [];
  if (principal === 'operator') return [subjectsOfFact('control', OPERATOR)];
  return TOPOLOGY[principal].writes.map((fact) => subjectsOfFact(fact, keyOf(fact)));
}

/** The subjects on which somebody is told what is stored, as it is: of the facts that the topology lets it read; operators, of all. The journal and the scheduler ask in their own time, and are told nothing. */
export function subjectsTold(principal: Principal): readonly string[] {
  if (!writesOrHears(principal)) return [];
  if (principal === 'operator') return [`${LOG}.>`];
  const keys = (fact: Fact): readonly string[] => (fact === 'control' ? [keyOf(fact), OPERATOR] : [keyOf(fact)]);
  return TOPOLOGY[principal].reads.flatMap(({ fact }) => keys(fact).map((key) => logSubjectOf(subjectsOfFact(fact, key))));
}

/** Requests of JetStream's that change nothing, whatever is asked: what a stream is, and single messages of it. */
export const READING_REQUESTS = ['STREAM.LIST', 'STREAM.NAMES', 'STREAM.INFO.*', 'STREAM.MSG.GET.*'] as const;
/** The same, answered by many messages. */
export const READING_IN_BULK = 'DIRECT.GET.*';

const API = '$JS.API';
/** What JetStream's requests to the recordings' owner begin with for whoever is not the owner. */
export const RECORDINGS_API = 'BUS.API';
/** The same of the owner's requests to the account of a service, which keeps its checkpoints and its leases itself. */
export const checkpointsApiOf = (stage: StageName): string => `CHECKPOINTS.${stage.toUpperCase()}.API`;
/** What of a service's own JetStream the recordings' owner may ask for: to drop what a run that is over or deleted has left. */
const CHECKPOINTS_REQUEST = 'STREAM.DELETE.*';

/** What subjects of key-value buckets begin with, in whichever account. */
const BUCKETS = '$KV';

/** The bucket of who holds which shards of a run: one in the account of each service. */
export const leaseBucketOf = (run: RunId): string => `LEASES_${run.toUpperCase()}`;

/** Where a bucket of leases has what a replica says of itself, by its id, and who holds a shard, by its number. */
export const leaseSubject = (bucket: string, stage: StageName, kind: 'replica' | 'shard', key: string): string =>
  `${BUCKETS}.${bucket}.${stage}.${kind}.${key}`;

/** All subjects of a bucket. */
export const subjectsOfBucket = (bucket: string): string => `${BUCKETS}.${bucket}.>`;

/** Where a service or a command tries out whether the store takes a message: a stream of its own account. */
export const STORE_PROBE = 'aitrader.probe';

/** What subjects of sweeps begin with: their parts and what these came to, in an account of their own. */
export const SWEEP_SUBJECTS = 'aitrader.sweep';

/** What subjects of the schedule begin with: a row for each job of a date, in an account of its own. */
export const SCHEDULE_SUBJECTS = 'aitrader.schedule';
/** The stream of these rows. */
export const SCHEDULE_STREAM = 'AT_SCHEDULE';
/** Where nonces of hooks are remembered, and the stream of them. */
export const NONCE_SUBJECTS = 'aitrader.nonce';
export const NONCE_STREAM = 'AT_SCHEDULE_NONCES';
/** Where a scheduler, or who runs a job by hand, answers that it is there. */
export const schedulerSubject = (instance: string): string => `aitrader.scheduler.${instance}`;

/** What of a run one process alone may be: an instance of a stage, or the supervisor of them all. */
export type Role = StageName | 'supervisor';

/** Where whoever has a role answers for it, by the shard, −1 but for a shard's stages; and where a replica answers for itself, by its id. */
export const claimSubject = (run: RunId, role: Role, of: number | string): string => `aitrader.claim.${run}.${role}.${of}`;
const claimSubjects = (role: Role): string => `aitrader.claim.*.${role}.*`;

/** A subject that one account lets another one use. */
export interface BusGrant {
  readonly kind: 'service' | 'stream';
  readonly by: Principal;
  readonly to: Principal;
  readonly subject: string;
  /** what it is called in the account that may use it; the same when absent */
  readonly as?: string;
  /** whether a request has more than one answer */
  readonly inBulk?: boolean;
}

const service = (by: Principal, to: Principal, subject: string, as?: string): BusGrant => ({
  ...{ kind: 'service', by, to, subject },
  ...(as === undefined ? {} : { as }),
});

function grantsOfReading(to: Principal): readonly BusGrant[] {
  const asked = (request: string): BusGrant => service('supervisor', to, `${API}.${request}`, `${RECORDINGS_API}.${request}`);
  return [
    ...READING_REQUESTS.map(asked),
    { ...asked(READING_IN_BULK), inBulk: true },
    ...subjectsTold(to).map((subject): BusGrant => ({ kind: 'stream', by: 'supervisor', to, subject })),
  ];
}

/**
 * All that crosses from one account of the bus to another, and nothing from or to sweeps. Whoever is not named may not: nobody but the owner can make, change or delete a
 * stream or a consumer, and a fact can be published by its writer alone.
 */
export function busGrants(): readonly BusGrant[] {
  const others = PRINCIPALS.filter((principal) => principal !== 'supervisor' && principal !== 'sweep');
  return [
    ...others.flatMap((to) => subjectsWritten(to).map((subject) => service('supervisor', to, subject))),
    ...others.flatMap(grantsOfReading),
    ...STAGES.flatMap((stage) => [
      service(stage, 'supervisor', claimSubjects(stage)),
      service(stage, 'operator', claimSubjects(stage)),
      service(stage, 'supervisor', `${API}.${CHECKPOINTS_REQUEST}`, `${checkpointsApiOf(stage)}.${CHECKPOINTS_REQUEST}`),
    ]),
    service('supervisor', 'operator', claimSubjects('supervisor')),
  ];
}

/** What the user of an account may publish to and hear, inside of it: nothing but what it needs, so that a try at more is refused and logged. */
export interface BusPermissions {
  readonly publish: readonly string[];
  readonly subscribe: readonly string[];
}

/** What the answers to somebody's requests begin with. */
export const inboxOf = (principal: Principal): string => `_INBOX_${principal}`;
/** Answers to requests of another account go by subjects that the server makes. */
const ANSWERS = '_R_.>';

/** Undefined for the owner, which may do all. */
export function permissionsOf(principal: Principal): BusPermissions | undefined {
  if (principal === 'supervisor') return undefined;
  const subscribe = [`${inboxOf(principal)}.>`, ...subjectsTold(principal)];
  if (principal === 'sweep') return { publish: ['$JS.>', `${SWEEP_SUBJECTS}.>`], subscribe };
  if (principal === 'scheduler') return schedulerPermissions(subscribe);
  const publish = [...subjectsWritten(principal), `${RECORDINGS_API}.>`];
  if (principal === 'journal') return { publish, subscribe };
  if (principal === 'operator') return { publish: [...publish, 'aitrader.claim.>'], subscribe };
  const claims = claimSubjects(principal);
  // its own JetStream, objects, leases and the probe of the store
  const own = ['$JS.>', '$O.>', `${BUCKETS}.>`, `${STORE_PROBE}.*`];
  return {
    publish: [...publish, claims, `${inboxOf(principal)}.>`, ANSWERS, ...own],
    subscribe: [...subscribe, claims],
  };
}

/** It reads recordings, adds to its own two streams, and neither changes nor deletes anything of them. */
function schedulerPermissions(subscribe: readonly string[]): BusPermissions {
  const streams = [SCHEDULE_STREAM, NONCE_STREAM];
  const own = streams.flatMap((stream) => [
    `${API}.STREAM.CREATE.${stream}`,
    `${API}.STREAM.INFO.${stream}`,
    `${API}.DIRECT.GET.${stream}`,
  ]);
  const there = schedulerSubject('*');
  return {
    publish: [...own, `${RECORDINGS_API}.>`, `${SCHEDULE_SUBJECTS}.>`, `${NONCE_SUBJECTS}.>`, there, `${inboxOf('scheduler')}.>`],
    subscribe: [...subscribe, there],
  };
}
