/** Every fact that a recording may hold. The order is the order of a digest's parts. */
export const FACTS = [
  'manifest',
  'opening',
  'bars',
  'states',
  'signals',
  'orders',
  'denials',
  'requests',
  'reports',
  'order-events',
  'fills',
  'watchlists',
  'forecasts',
  'control',
  'closing',
] as const;
export type Fact = (typeof FACTS)[number];

export const STAGES = ['ingest', 'probability', 'strategy', 'risk', 'execution', 'scanner'] as const;
export type StageName = (typeof STAGES)[number];

/**
 * How often a fact is written: `interval` facts are sent every interval, empty ones included, and so can be waited for.
 * `announced` ones are sent when there is any, and the fact that closes their interval says how many to wait for. `scheduled` ones are
 * sent at the intervals that the run's configuration and the calendar tell, the same to their writer and to every reader. `ahead` ones are sent
 * when there is any, and stored before the fact that closes their interval, so that who has that one has them.
 */
export type Cadence = 'once' | 'interval' | 'announced' | 'scheduled' | 'ahead' | 'when-any';

export interface FactWiring {
  readonly version: number;
  /** the last token of its subject: a shard number, or the account */
  readonly key: 'shard' | 'account';
  readonly cadence: Cadence;
}

export interface Input {
  readonly fact: Fact;
  /** which subjects of the fact: this instance's shard, all shards, or the account's one */
  readonly of: 'own-shard' | 'every-shard' | 'account';
  /**
   * `before`: the fact of the interval before this one; `announced`: awaited when the fact that closes the interval counts any;
   * `scheduled`: awaited at the intervals that it is sent at; `unawaited`: taken when it is there, ordered by the recording
   */
  readonly when: 'now' | 'before' | 'announced' | 'scheduled' | 'unawaited';
}

export interface StageWiring {
  /** one instance per shard, or one for the account */
  readonly per: 'shard' | 'account';
  readonly reads: readonly Input[];
  readonly writes: readonly Fact[];
}

export const FACT_WIRING: Readonly<Record<Fact, FactWiring>> = {
  manifest: { version: 6, key: 'account', cadence: 'once' },
  opening: { version: 1, key: 'account', cadence: 'once' },
  bars: { version: 2, key: 'shard', cadence: 'interval' },
  states: { version: 3, key: 'shard', cadence: 'interval' },
  signals: { version: 3, key: 'shard', cadence: 'interval' },
  orders: { version: 5, key: 'account', cadence: 'interval' },
  denials: { version: 3, key: 'account', cadence: 'announced' },
  requests: { version: 1, key: 'account', cadence: 'when-any' },
  reports: { version: 1, key: 'account', cadence: 'when-any' },
  'order-events': { version: 2, key: 'account', cadence: 'interval' },
  fills: { version: 1, key: 'account', cadence: 'announced' },
  watchlists: { version: 1, key: 'account', cadence: 'scheduled' },
  forecasts: { version: 1, key: 'account', cadence: 'ahead' },
  control: { version: 7, key: 'account', cadence: 'when-any' },
  closing: { version: 1, key: 'account', cadence: 'once' },
};

/** The fact that closes an interval and counts the announced one. */
export const ANNOUNCED_BY = { fills: 'order-events', denials: 'orders' } as const satisfies Partial<Record<Fact, Fact>>;
export type AnnouncedFact = keyof typeof ANNOUNCED_BY;
export const isAnnounced = (fact: Fact): fact is AnnouncedFact => fact in ANNOUNCED_BY;

/** The field that grows from message to message of a fact that no interval closes: several of its messages may have one `t`. */
export const PLACED_BY = { requests: 'cause', reports: 'n', opening: 'n', closing: 'n' } as const satisfies Partial<
  Record<Fact, string>
>;
export type PlacedFact = keyof typeof PLACED_BY;
export const isPlaced = (fact: Fact): fact is PlacedFact => fact in PLACED_BY;

/** What was asked of a broker, and what it said. */
export const BROKER_FACTS = ['requests', 'reports'] as const satisfies readonly Fact[];
export type BrokerFact = (typeof BROKER_FACTS)[number];
export const isBrokerFact = (fact: Fact): fact is BrokerFact => fact === 'requests' || fact === 'reports';

/** What the supervisor of a run writes, once the services have ended. */
export const SUPERVISOR_WRITES: readonly Fact[] = ['closing'];

/**
 * The whole message map: who reads what, who writes what. It drives the in-process host's order of calls, the JetStream
 * host's subjects and barriers, and the AsyncAPI document. Execution handles an interval before risk decides it, with the
 * orders of the interval before. A run without a scanner has no such process, and its risk has no interval to wait for it at.
 * Requests and reports are of runs with a broker: with a simulated one nothing is asked of anybody.
 */
export const TOPOLOGY: Readonly<Record<StageName, StageWiring>> = {
  ingest: {
    per: 'account',
    reads: [{ fact: 'order-events', of: 'account', when: 'unawaited' }],
    writes: ['manifest', 'opening', 'bars', 'control'],
  },
  probability: {
    per: 'shard',
    reads: [
      { fact: 'bars', of: 'own-shard', when: 'now' },
      { fact: 'control', of: 'account', when: 'unawaited' },
    ],
    writes: ['states'],
  },
  strategy: {
    per: 'shard',
    reads: [
      { fact: 'bars', of: 'own-shard', when: 'now' },
      { fact: 'states', of: 'own-shard', when: 'now' },
      { fact: 'control', of: 'account', when: 'unawaited' },
    ],
    writes: ['signals'],
  },
  execution: {
    per: 'account',
    reads: [
      { fact: 'bars', of: 'every-shard', when: 'now' },
      { fact: 'orders', of: 'account', when: 'before' },
      { fact: 'reports', of: 'account', when: 'unawaited' },
      { fact: 'control', of: 'account', when: 'unawaited' },
    ],
    writes: ['requests', 'reports', 'fills', 'order-events'],
  },
  risk: {
    per: 'account',
    reads: [
      { fact: 'bars', of: 'every-shard', when: 'now' },
      { fact: 'states', of: 'every-shard', when: 'now' },
      { fact: 'signals', of: 'every-shard', when: 'now' },
      { fact: 'fills', of: 'account', when: 'announced' },
      { fact: 'order-events', of: 'account', when: 'now' },
      { fact: 'watchlists', of: 'account', when: 'scheduled' },
      { fact: 'control', of: 'account', when: 'unawaited' },
    ],
    writes: ['denials', 'forecasts', 'orders'],
  },
  scanner: {
    per: 'account',
    reads: [
      { fact: 'bars', of: 'every-shard', when: 'now' },
      { fact: 'states', of: 'every-shard', when: 'now' },
      { fact: 'control', of: 'account', when: 'unawaited' },
    ],
    writes: ['watchlists'],
  },
};

/**
 * Stages in the order in which one interval passes through them: a stage comes after all that it awaits of it.
 * @throws Error naming the stages when they would wait for one another
 */
export function stageOrder(topology: Readonly<Record<StageName, StageWiring>> = TOPOLOGY): readonly StageName[] {
  const order: StageName[] = [];
  const writer = (fact: Fact): StageName | undefined => STAGES.find((stage) => topology[stage].writes.includes(fact));
  const visit = (stage: StageName, path: readonly StageName[]): void => {
    if (path.includes(stage)) throw new Error(`the topology waits for itself: ${[...path, stage].join(' → ')}`);
    if (order.includes(stage)) return;
    for (const input of topology[stage].reads) {
      const source = input.when === 'now' || input.when === 'scheduled' ? writer(input.fact) : undefined;
      if (source !== undefined) visit(source, [...path, stage]);
    }
    order.push(stage);
  };
  for (const stage of STAGES) visit(stage, []);
  return order;
}
