import { describe, expect, it } from '@jest/globals';
import { newRunView, watchInterval, type RunView } from '@aitrader/application-recordings';
import { runInMemory } from '@aitrader/application-pipeline';
import { sampleMarket } from '@aitrader/core-market';
import { epochMs, item, runId, ticker } from '@aitrader/model';
import { SIMULATED_DEFAULTS } from '@aitrader/runtime-configuration';
import { denialLine, headline, screen } from './paper-view.ts';

async function viewOfSample(): Promise<RunView> {
  const table = sampleMarket();
  const first = epochMs(item([...table.t], 0));
  const view = newRunView({
    run: runId('paper-20240702-143000-abcd'),
    kind: 'paper',
    follows: null,
    createdAt: first,
    codeVersion: '0',
    codeHash: '',
    codeCommit: '',
    nodeVersion: 'v0',
    shards: 1,
    timeframe: '1m',
    universe: table.symbols,
    config: SIMULATED_DEFAULTS,
    configHash: '',
    sources: [{ name: 'synthetic sample market', sha256: '', shape: 'synthetic', adjustment: 'raw' }],
    from: first,
    to: first,
  });
  const watchers = [(interval: Parameters<typeof watchInterval>[1]): void => watchInterval(view, interval)];
  await runInMemory({ table, config: SIMULATED_DEFAULTS, shards: 1, watchers });
  return view;
}

describe('the live view', () => {
  it('never wraps, and loses none of the account’s figures to the width', async () => {
    const view = await viewOfSample();
    view.data = { level: 3, symbols: [], causes: ['late', 'failover'], feed: 'two/feed', clockBehindMs: 0 };
    expect(headline(view)).toContain('data D3, no entries');
    expect(screen(view, 100)).toContain('data: it came too late to act on, it is of another vendor');
    view.data = { level: 2, symbols: [ticker('AAA')], causes: [], feed: 'two/feed', clockBehindMs: 0 };
    view.dataReason = 'vendors disagree: AAA (100 by two/feed, 104 by one/feed)';
    expect(screen(view, 100)).toContain('data: vendors disagree: AAA (100 by two/feed, 104 by one/feed)');
    expect(headline(view)).toContain('data D2, no entries in AAA');
    const news = { by: 'ada', reason: 'news of a split', value: 0, limit: 0 };
    view.halts = [{ id: `halt.${view.t}.1`, kind: 'halt', t: view.t, ...news }];
    expect(headline(view)).toContain('NO ENTRIES: halted by ada (news of a split)');
    expect(headline(view)).toContain(`trip halt.${view.t}.1`);
    for (const columns of [80, 100, 132]) {
      const shown = screen(view, columns);
      expect(Math.max(...shown.split('\n').map((line) => line.length))).toBeLessThanOrEqual(columns);
      for (const part of headline(view).split('   ')) expect(shown).toContain(part);
    }
  });

  it('says in words why a signal was denied', async () => {
    const view = await viewOfSample();
    for (const denial of view.denials) expect(denialLine(denial)).not.toContain(denial.gate);
  });
});
