import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { archiveListing } from './archive-listing.ts';
import type { FetchedBars } from './fetch-bars.ts';
import { feedOfShape, keepFetched } from './keep-fetched.ts';
import { loadSample } from './sample.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'aitrader-feed-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const fetched = (feed: string, symbol: string): FetchedBars => ({
  table: loadSample({ symbols: [symbol], to: '2024-07-02' }).table,
  vendor: 'alpaca',
  feed,
  adjustment: 'raw',
  answers: { asked: 1, kept: 0 },
  leftOut: {},
  upTo: null,
  clockSkewMs: null,
});
const keep = (feed: string, symbol = 'SYN01') =>
  keepFetched(path.join(folder, 'archive'), fetched(feed, symbol), { revise: false, now: () => 7 });

describe('fetched bars in an archive', () => {
  it('are of a feed that is spelled as in a live slice', async () => {
    await keep('sip');
    expect((await archiveListing(path.join(folder, 'archive'))).imports).toMatchObject([{ shape: 'alpaca/sip' }]);
    expect(['alpaca/sip', 'vendor alpaca, feed sip', 'bars as CSV', 'Parquet'].map(feedOfShape)).toEqual([
      'alpaca/sip',
      'alpaca/sip',
      undefined,
      undefined,
    ]);
  });

  it('meet those of the same feed in an archive that spelled it otherwise, and no others', async () => {
    await keep('sip');
    const catalogue = path.join(folder, 'archive', 'catalogue.json');
    writeFileSync(catalogue, readFileSync(catalogue, 'utf8').replace('"alpaca/sip"', '"vendor alpaca, feed sip"'));
    await expect(keep('iex')).rejects.toThrow('may have SYN01 from alpaca/sip, which is never mixed with alpaca/iex');
    await expect(keep('sip', 'SYN01')).resolves.toMatchObject({ added: 0 });
    await expect(keep('iex', 'SYN02')).resolves.toMatchObject({ revised: 0 });
  });
});
