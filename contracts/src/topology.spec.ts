import { describe, expect, it } from '@jest/globals';
import {
  ANNOUNCED_BY,
  isAnnounced,
  isPlaced,
  FACTS,
  FACT_WIRING,
  STAGES,
  SUPERVISOR_WRITES,
  TOPOLOGY,
  stageOrder,
  writerOf,
  type Fact,
  type StageName,
  type StageWiring,
} from './index.ts';

/** The stage that writes a fact which a stage does. */
function stageOf(fact: Fact): StageName {
  const writer = writerOf(fact);
  if (writer === 'supervisor') throw new Error(`no stage writes ${fact}`);
  return writer;
}
const writersOf = (fact: Fact): StageName[] => STAGES.filter((stage) => TOPOLOGY[stage].writes.includes(fact));
const reads = STAGES.flatMap((stage) => TOPOLOGY[stage].reads.map((input) => ({ stage, ...input })));

describe('the topology', () => {
  it.each(FACTS)('has one writer of %s', (fact) => {
    const supervised = SUPERVISOR_WRITES.includes(fact) ? ['supervisor'] : [];
    expect([...writersOf(fact), ...supervised]).toEqual([writerOf(fact)]);
  });

  it('has no read fact that nobody writes', () => {
    expect(reads.length).toBeGreaterThan(STAGES.length);
    for (const { fact } of reads) expect(writersOf(fact)).toHaveLength(1);
  });

  it('has every fact read by a stage, but for what only the recording needs', () => {
    const read = new Set<Fact>(reads.map(({ fact }) => fact));
    expect(FACTS.filter((fact) => !read.has(fact))).toEqual([
      'manifest',
      'opening',
      'denials',
      'requests',
      'forecasts',
      'closing',
    ]);
  });

  it('lets only risk write orders, and execution act on nothing else of risk', () => {
    expect(writersOf('orders')).toEqual(['risk']);
    expect(reads.filter(({ stage, fact }) => stage === 'execution' && writerOf(fact) === 'risk').map(({ fact }) => fact)).toEqual(
      ['orders'],
    );
    expect(reads.filter(({ fact }) => fact === 'signals').map(({ stage }) => stage)).toEqual(['risk']);
  });

  it('waits only for what is sent every interval, or by a schedule, or announced by what the reader awaits', () => {
    for (const { stage, fact, when } of reads.filter((input) => input.when !== 'unawaited')) {
      const cadence = when === 'announced' || when === 'scheduled' ? when : 'interval';
      expect({ fact, when, cadence: FACT_WIRING[fact].cadence }).toEqual({ fact, when, cadence });
      if (when !== 'announced') continue;
      const by = isAnnounced(fact) ? ANNOUNCED_BY[fact] : undefined;
      expect(TOPOLOGY[stage].reads.find((input) => input.fact === by)?.when).toBe('now');
    }
  });

  it('has announced facts written with the fact that closes their interval, which comes last', () => {
    for (const fact of FACTS) {
      expect(isAnnounced(fact)).toBe(FACT_WIRING[fact].cadence === 'announced');
      if (isAnnounced(fact)) expect(TOPOLOGY[stageOf(fact)].writes.at(-1)).toBe(ANNOUNCED_BY[fact]);
    }
  });

  it('has a place of its own for facts that no interval closes, and nobody waits for them', () => {
    for (const fact of FACTS) {
      const { cadence } = FACT_WIRING[fact];
      expect(isPlaced(fact)).toBe((cadence === 'when-any' || cadence === 'once') && fact !== 'control' && fact !== 'manifest');
    }
    for (const { when } of reads.filter(({ fact }) => isPlaced(fact))) expect(when).toBe('unawaited');
  });

  it('reads a fact of the shards by shard and a fact of the account by account', () => {
    for (const { stage, fact, of } of reads) {
      expect({ fact, byAccount: of === 'account' }).toEqual({ fact, byAccount: FACT_WIRING[fact].key === 'account' });
      if (of === 'own-shard') expect(TOPOLOGY[stage].per).toBe('shard');
    }
  });

  it('has facts of the shards written by stages of the shards, but for the bars, which ingest deals out', () => {
    for (const fact of FACTS.filter((one) => one !== 'bars')) {
      const writer = writerOf(fact);
      expect(writer === 'supervisor' ? 'account' : TOPOLOGY[writer].per).toBe(FACT_WIRING[fact].key);
    }
  });
});

describe('the order of the stages', () => {
  it('names each stage once', () => {
    expect([...stageOrder()].sort()).toEqual([...STAGES].sort());
  });

  it('puts a stage after all that it awaits', () => {
    const order = stageOrder();
    const awaited = reads.filter(({ when }) => when === 'now' || when === 'scheduled');
    expect(awaited.length).toBeGreaterThan(0);
    for (const { stage, fact } of awaited) expect(order.indexOf(stage)).toBeGreaterThan(order.indexOf(stageOf(fact)));
  });

  it('is refused when stages wait for one another', () => {
    const execution: StageWiring = { ...TOPOLOGY.execution, reads: [{ fact: 'orders', of: 'account', when: 'now' }] };
    expect(() => stageOrder({ ...TOPOLOGY, execution })).toThrow(
      /^the topology waits for itself: (risk → execution → risk|execution → risk → execution)$/,
    );
  });

  it('is refused when a stage waits for itself', () => {
    const probability: StageWiring = { ...TOPOLOGY.probability, reads: [{ fact: 'states', of: 'own-shard', when: 'now' }] };
    expect(() => stageOrder({ ...TOPOLOGY, probability })).toThrow('the topology waits for itself: probability → probability');
  });
});
