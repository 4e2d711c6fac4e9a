import { readFile } from 'node:fs/promises';
import { contentKind, ioProblem } from '@aitrader/runtime-storage';
import { ConfigurationError } from './configuration-error.ts';
import { isRecord } from './problems.ts';

/** What a file is given as. */
export type FileRole = 'configuration' | 'parameters' | 'edges' | 'grid' | 'sweep';

/** What a file of each role is, for who gave another one. */
const EXPECTED: Readonly<Record<FileRole, string>> = {
  configuration: 'a configuration is a JSON file of any part of the run configuration',
  parameters: 'fitted parameters are a JSON file that "aitrader fit --into" writes',
  edges: 'learned edges are a JSON file that "aitrader edge --into" writes',
  grid: 'a grid is a JSON file of the values that each path of the configuration takes, or a list of parts of configurations',
  sweep: 'a sweep is the sweep.json that "aitrader sweep --into" writes',
};
/** Parts of a run configuration, by which one is known. */
const CONFIGURATION_PARTS = ['probability', 'strategy', 'risk', 'simulation', 'scanner', 'broker'];
/** Commas in the first line from which a text is taken for a table. */
const CSV_COMMAS_MIN = 2;

const refusal = (file: string, role: FileRole, problem: string): ConfigurationError =>
  new ConfigurationError(file, [`${problem}; ${EXPECTED[role]}`]);

/** The bytes of a file. @throws ConfigurationError that says why it cannot be read, and what it should be */
export async function readGivenFile(file: string, role: FileRole): Promise<Buffer> {
  try {
    return await readFile(file);
  } catch (error) {
    throw refusal(file, role, ioProblem(error));
  }
}

/** The JSON document in a file's bytes. @throws ConfigurationError that says what they are instead, a file of the other role too */
export function documentIn(file: string, bytes: Uint8Array, role: FileRole): unknown {
  const { kind, looks } = contentKind(bytes);
  if (kind !== 'json' && kind !== 'text') throw refusal(file, role, looks);
  const text = Buffer.from(bytes)
    .toString('utf8')
    .replace(/^\uFEFF/, '');
  let given: unknown;
  try {
    given = JSON.parse(text);
  } catch (error) {
    const [firstLine = ''] = text.split('\n', 1);
    const isTable = kind === 'text' && firstLine.split(',').length > CSV_COMMAS_MIN;
    throw refusal(
      file,
      role,
      isTable ? 'looks like CSV' : `is no JSON: ${error instanceof Error ? error.message : String(error)}`,
    );
  }
  const other = otherRole(given, role);
  if (other !== undefined) throw new ConfigurationError(file, [other]);
  return given;
}

/** Whether a document is a run configuration, or any part of one. */
export const isRunConfiguration = (given: unknown): boolean =>
  isRecord(given) && (Array.isArray(given['strategies']) || CONFIGURATION_PARTS.some((part) => isRecord(given[part])));

/** Says what a document is when it belongs to the other role, or is what a fit printed. */
function otherRole(given: unknown, role: FileRole): string | undefined {
  if (!isRecord(given)) return undefined;
  const isFitted = Array.isArray(given['parameters']);
  if (role !== 'edges' && Array.isArray(given['edges'])) return `holds learned edges: give them with --edges`;
  if (role === 'edges' && isRunConfiguration(given)) return 'holds a run configuration, not learned edges: give it with --config';
  if (role === 'configuration' && isFitted) return 'holds fitted parameters, not a configuration: give them with --parameters';
  if (role === 'grid' && isRunConfiguration(given))
    return 'holds a run configuration, not a grid: give it with --config, or in a list';
  if (role === 'parameters' && !isFitted && isRunConfiguration(given))
    return 'holds a run configuration, not fitted parameters: give it with --config';
  const isPrinted = 'fits' in given || ('logLikelihood' in given && isRecord(given['parameters']));
  return isPrinted ? `is what "aitrader fit --json" prints; ${EXPECTED[role]}` : undefined;
}
