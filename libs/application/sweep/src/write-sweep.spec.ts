import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { zstdDecompressSync } from 'node:zlib';
import { describe, expect, it } from '@jest/globals';
import { parquetReadObjects } from 'hyparquet';
import type { SweepReport } from './run-sweep.ts';
import { writeSweep } from './write-sweep.ts';

const trial = (number: number, sets: Readonly<Record<string, unknown>>, returns: readonly number[]) => ({
  ...{ trial: number, sets, configHash: `c${number}`, digest: `d${number}`, returns },
  counts: { signals: 4, orders: 3, denials: 1, fills: 2 },
  equity: { start: 100, end: 101 },
  ...{ maxDrawdown: 0.1, totalReturn: 0.01, sharpe: 1.5, probabilistic: 0.6, deflated: null, trackRecordMin: null },
});
const REPORT: SweepReport = {
  ...{ market: 'm', code: 'c', dates: ['2024-07-02', '2024-07-03'], digest: 'all', seconds: 1, resumed: 0 },
  trials: [trial(1, { a: 1, b: 'x' }, [0.1, -0.2]), trial(2, { a: 2.5 }, [0, 0.3])],
  choice: { overfitting: null, superiority: null },
};

const rowsOf = async (file: string) => {
  const bytes = readFileSync(file);
  const buffer = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength);
  return parquetReadObjects({
    file: buffer,
    compressors: { ZSTD: (input) => new Uint8Array(zstdDecompressSync(input)) },
  });
};

describe('a sweep that is written', () => {
  it('is read again with all that it says', async () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'aitrader-sweep-'));
    try {
      await writeSweep(folder, REPORT);
      expect(JSON.parse(readFileSync(path.join(folder, 'sweep.json'), 'utf8'))).toEqual(REPORT);
      expect(await rowsOf(path.join(folder, 'trials.parquet'))).toEqual([
        {
          ...{ trial: 1, a: 1, b: '"x"', signals: 4, orders: 3, denials: 1, fills: 2, start_equity: 100, end_equity: 101 },
          ...{ total_return: 0.01, max_drawdown: 0.1, sharpe: 1.5, probabilistic_sharpe: 0.6, deflated_sharpe: null },
          ...{ track_record_min: null, config_hash: 'c1', digest: 'd1' },
        },
        expect.objectContaining({ trial: 2, a: 2.5, b: null, digest: 'd2' }),
      ]);
      expect(await rowsOf(path.join(folder, 'returns.parquet'))).toEqual([
        { trial: 1, date: '2024-07-02', return: 0.1 },
        { trial: 1, date: '2024-07-03', return: -0.2 },
        { trial: 2, date: '2024-07-02', return: 0 },
        { trial: 2, date: '2024-07-03', return: 0.3 },
      ]);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});
