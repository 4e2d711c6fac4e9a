import { describe, expect, it } from '@jest/globals';
import { FACTS, STAGES, TOPOLOGY, topologyMap, writerOf } from './index.ts';

const ARROW = /^ {2}(\S+) (-->|-\.->)\|(.+)\| (\S+)$/;

/** The picture, read back: one line for each fact that goes from one stage to another. */
function readBack(): string[] {
  const [first, ...lines] = topologyMap().trimEnd().split('\n');
  expect(first).toBe('flowchart LR');
  return lines.flatMap((line) => {
    const [, from = '', arrow = '', label = '', to = ''] = ARROW.exec(line) ?? [];
    const facts = label.replace(/ of the interval before| if any| at scans/, '').split(', ');
    const awaited = label.endsWith(' if any') ? 'announced' : label.endsWith(' at scans') ? 'scheduled' : 'now';
    const when = arrow === '-->' ? awaited : label.endsWith('before') ? 'before' : 'unawaited';
    return facts.map((fact) => `${from} ${when} ${fact} ${to.replace('[(recording)]', '')}`);
  });
}

describe('the map of the topology', () => {
  it('draws what every stage reads, from whom and when', () => {
    const read = STAGES.flatMap((stage) =>
      TOPOLOGY[stage].reads.map(({ fact, when }) => `${writerOf(fact)} ${when} ${fact} ${stage}`),
    );
    const drawn = readBack();
    expect(drawn.filter((line) => !line.endsWith(' recording')).sort()).toEqual(read.sort());
  });

  it('draws every fact, those that only the recording holds included', () => {
    const drawn = readBack();
    for (const fact of FACTS) expect(drawn.filter((line) => line.includes(` ${fact} `)).length).toBeGreaterThan(0);
    expect(drawn).toContain('risk announced denials recording');
  });
});
