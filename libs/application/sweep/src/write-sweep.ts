import path from 'node:path';
import { constants, zstdCompressSync } from 'node:zlib';
import { writeAtomically } from '@aitrader/runtime-storage';
import { parquetWriteBuffer } from 'hyparquet-writer';
import type { SweepReport, TrialReport } from './run-sweep.ts';

/*
 * A sweep for other programs: the report as JSON, and as two tables in Parquet, `trials.parquet` with a row for each trial and
 * `returns.parquet` with one for each trial and trade date. What a trial set is a column under its path: doubles where all trials set
 * numbers there, else JSON.
 */

const ZSTD = { params: { [constants.ZSTD_c_checksumFlag]: 1 } };

/** The report itself, in the folder of a sweep. */
export const SWEEP_FILE = 'sweep.json';

type Column = Parameters<typeof parquetWriteBuffer>[0]['columnData'][number];

/** Writes a sweep into a folder that is there: `sweep.json`, `trials.parquet` and `returns.parquet`, each whole. @throws Error naming the file */
export async function writeSweep(folder: string, report: SweepReport): Promise<void> {
  await writeAtomically(path.join(folder, SWEEP_FILE), `${JSON.stringify(report, null, 2)}\n`);
  await writeTable(path.join(folder, 'trials.parquet'), trialColumns(report));
  await writeTable(path.join(folder, 'returns.parquet'), returnColumns(report));
}

const writeTable = (file: string, columnData: Column[]): Promise<void> =>
  writeAtomically(file, inPieces(new Uint8Array(parquetWriteBuffer({ columnData, codec: 'ZSTD', compressors: COMPRESSORS }))));

const COMPRESSORS = { ZSTD: (input: Uint8Array): Uint8Array => zstdCompressSync(input, ZSTD) };

async function* inPieces(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}

function trialColumns({ trials }: SweepReport): Column[] {
  const whole = (name: string, of: (trial: TrialReport) => number): Column => ({
    ...{ name, type: 'INT32', nullable: false },
    data: Int32Array.from(trials, of),
  });
  const double = (name: string, of: (trial: TrialReport) => number | null): Column => ({
    ...{ name, type: 'DOUBLE', nullable: true },
    data: trials.map((trial) => of(trial)),
  });
  const paths = [...new Set(trials.flatMap(({ sets }) => Object.keys(sets)))];
  return [
    whole('trial', ({ trial }) => trial),
    ...paths.map((name) => settingColumn(name, trials)),
    whole('signals', ({ counts }) => counts.signals),
    whole('orders', ({ counts }) => counts.orders),
    whole('denials', ({ counts }) => counts.denials),
    whole('fills', ({ counts }) => counts.fills),
    double('start_equity', ({ equity }) => equity.start),
    double('end_equity', ({ equity }) => equity.end),
    double('total_return', ({ totalReturn }) => totalReturn),
    double('max_drawdown', ({ maxDrawdown }) => maxDrawdown),
    double('sharpe', ({ sharpe }) => sharpe),
    double('probabilistic_sharpe', ({ probabilistic }) => probabilistic),
    double('deflated_sharpe', ({ deflated }) => deflated),
    double('track_record_min', ({ trackRecordMin }) => trackRecordMin),
    text('config_hash', trials, ({ configHash }) => configHash),
    text('digest', trials, ({ digest }) => digest),
  ];
}

const text = (name: string, trials: readonly TrialReport[], of: (trial: TrialReport) => string): Column => ({
  ...{ name, type: 'STRING', nullable: false },
  data: trials.map(of),
});

function settingColumn(name: string, trials: readonly TrialReport[]): Column {
  const values = trials.map(({ sets }) => sets[name]);
  const isNumeric = values.every((value) => value === undefined || typeof value === 'number');
  return {
    ...{ name, type: isNumeric ? 'DOUBLE' : 'STRING', nullable: true },
    data: values.map((value) => (value === undefined ? null : isNumeric ? value : JSON.stringify(value))),
  };
}

function returnColumns({ trials, dates }: SweepReport): Column[] {
  return [
    {
      name: 'trial',
      type: 'INT32',
      nullable: false,
      data: Int32Array.from(trials.flatMap(({ trial }) => dates.map(() => trial))),
    },
    { name: 'date', type: 'STRING', nullable: false, data: trials.flatMap(() => dates) },
    { name: 'return', type: 'DOUBLE', nullable: false, data: Float64Array.from(trials.flatMap(({ returns }) => [...returns])) },
  ];
}
