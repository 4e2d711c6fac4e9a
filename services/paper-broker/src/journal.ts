import { closeSync, existsSync, openSync, readFileSync, truncateSync, writeSync } from 'node:fs';
import { z } from 'zod';
import { ConfigurationError } from '@aitrader/runtime-configuration';

/*
 * What an exchange was asked to do, in a file, so that another process can take it up where this one ended.
 *
 * 1. A request is written down before it is performed: what was answered is never missing.
 * 2. The exchange is a function of its requests, so that performing them again gives the same account, orders and ids.
 * 3. A last line that is not whole is one that nobody was answered, and is cut off.
 */

const headerSchema = z.strictObject({
  exchange: z.literal(1),
  seed: z.string(),
  rules: z.string(),
  cash: z.int(),
  openedAt: z.int(),
});
const requestSchema = z.strictObject({
  method: z.enum(['POST', 'PATCH', 'PUT', 'DELETE']),
  url: z.string(),
  body: z.unknown().optional(),
});

/** What an exchange was opened with; another one would make something else of the same requests. */
export type JournalHeader = z.infer<typeof headerSchema>;
/** A request that changes the exchange. */
export type JournalledRequest = z.infer<typeof requestSchema>;

/** A journal that requests are added to. */
export interface Journal {
  readonly header: JournalHeader;
  /** what was asked before, in order */
  readonly requests: readonly JournalledRequest[];
  readonly add: (request: JournalledRequest) => void;
  readonly close: () => void;
}

/** Opens a journal, or begins one. @throws ConfigurationError naming the line that is none, or what the exchange was opened with instead */
export function openJournal(file: string, header: Omit<JournalHeader, 'openedAt' | 'exchange'>, now: number): Journal {
  const found = existsSync(file) ? wholeLines(file) : [];
  const [first, ...rest] = found;
  const opened = first === undefined ? { exchange: 1 as const, ...header, openedAt: now } : parsed(headerSchema, first, file, 1);
  const problems = (['seed', 'rules', 'cash'] as const)
    .filter((name) => opened[name] !== header[name])
    .map(
      (name) =>
        `${name}: it was opened with ${JSON.stringify(opened[name])}, and now ${JSON.stringify(header[name])} is asked for`,
    );
  if (problems.length > 0) throw new ConfigurationError(file, problems);
  const requests = rest.map((line, at) => parsed(requestSchema, line, file, at + 2));
  const fd = openSync(file, 'a');
  const write = (document: object): void => void writeSync(fd, `${JSON.stringify(document)}\n`);
  if (first === undefined) write(opened);
  return { header: opened, requests, add: write, close: () => closeSync(fd) };
}

/** The lines of a file that are whole; the rest is cut off. */
function wholeLines(file: string): readonly string[] {
  const bytes = readFileSync(file);
  const end = bytes.lastIndexOf('\n') + 1;
  if (end < bytes.length) truncateSync(file, end);
  return bytes.toString('utf8', 0, end).split('\n').slice(0, -1);
}

function parsed<T>(schema: z.ZodType<T>, line: string, file: string, at: number): T {
  let document: unknown;
  try {
    document = JSON.parse(line);
  } catch {
    throw new ConfigurationError(file, [`line ${at}: is no JSON, so it is no journal of an exchange`]);
  }
  const result = schema.safeParse(document);
  if (result.success) return result.data;
  throw new ConfigurationError(
    file,
    result.error.issues.map(({ path, message }) => `line ${at}: ${path.join('.')}: ${message}`),
  );
}
