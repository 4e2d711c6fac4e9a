/** What the operating system's error codes mean to who named a file, in words that follow its name. */
const WORDS: Readonly<Record<string, string>> = {
  ENOENT: 'does not exist',
  ENOTDIR: 'does not exist: a part of its path is a file, not a folder',
  EISDIR: 'is a folder',
  EACCES: 'may not be opened by this user',
  EPERM: 'may not be opened by this user',
  EROFS: 'lies on a disk that takes no changes',
  ELOOP: 'cannot be opened: its links lead in a circle',
  ENAMETOOLONG: 'has too long a name',
  ENOSPC: 'finds no room on its disk',
  EDQUOT: 'finds no room in the quota of its disk',
  EMFILE: 'cannot be opened: too many files are open already',
};

/** The operating system's code for what went wrong, as `ENOENT`; undefined for an error that has none. */
export const ioCode = (error: unknown): string | undefined =>
  typeof error === 'object' && error !== null && 'code' in error && typeof error.code === 'string' ? error.code : undefined;

/** Whether a file operation failed because there is no such file. */
export const isMissingFile = (error: unknown): boolean => ioCode(error) === 'ENOENT';

/** Why a file operation failed, in words that follow the file's name; with the system's own code where there are none. */
export function ioProblem(error: unknown): string {
  const code = ioCode(error);
  if (code === undefined) return `cannot be used: ${error instanceof Error ? error.message : String(error)}`;
  return WORDS[code] ?? `cannot be used (${code})`;
}
