import { FACTS, FACT_WIRING, STAGES, TOPOLOGY, stageOrder, type Fact, type Input, type StageName } from './topology.ts';
import { writerOf } from './subjects.ts';

type Reader = StageName | 'recording';
type Writer = ReturnType<typeof writerOf>;

const AWAITED: readonly Input['when'][] = ['now', 'announced', 'scheduled'];
const WHEN_WORDS: Partial<Record<Input['when'], string>> = {
  before: ' of the interval before',
  announced: ' if any',
  scheduled: ' at scans',
};

interface Arrow {
  readonly from: Writer;
  readonly to: Reader;
  readonly when: Input['when'];
  readonly facts: Fact[];
}

/**
 * The topology as a Mermaid flowchart. A solid arrow is awaited before the reader handles an interval; a dotted one is of the
 * interval before, or is taken when it is there. What no stage reads goes to the recording, as does everything else.
 */
export function topologyMap(): string {
  const lines = arrows().map(({ from, to, when, facts }) => {
    const label = `${facts.join(', ')}${WHEN_WORDS[when] ?? ''}`;
    return `  ${from} ${AWAITED.includes(when) ? '-->' : '-.->'}|${label}| ${to === 'recording' ? 'recording[(recording)]' : to}`;
  });
  return ['flowchart LR', ...lines, ''].join('\n');
}

/** One arrow for all facts that go from one stage to another in the same manner. */
function arrows(): readonly Arrow[] {
  const drawn: Arrow[] = [];
  const draw = (fact: Fact, to: Reader, when: Input['when']): void => {
    const from = writerOf(fact);
    const same = drawn.find((arrow) => arrow.from === from && arrow.to === to && arrow.when === when);
    if (same === undefined) drawn.push({ from, to, when, facts: [fact] });
    else same.facts.push(fact);
  };
  for (const stage of stageOrder()) for (const { fact, when } of TOPOLOGY[stage].reads) draw(fact, stage, when);
  const read = new Set(STAGES.flatMap((stage) => TOPOLOGY[stage].reads.map(({ fact }) => fact)));
  for (const fact of FACTS)
    if (!read.has(fact)) draw(fact, 'recording', FACT_WIRING[fact].cadence === 'announced' ? 'announced' : 'unawaited');
  return drawn;
}
