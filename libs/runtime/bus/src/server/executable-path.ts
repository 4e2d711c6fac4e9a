import { constants } from 'node:fs';
import { access } from 'node:fs/promises';
import path from 'node:path';

/** Environment variables, as `process.env` has them. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** Whether a file is there and may be executed. */
export async function isExecutable(file: string): Promise<boolean> {
  try {
    await access(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** All executables of that name in the PATH's folders, in the PATH's order. */
export async function executablesOnPath(name: string, env: Environment): Promise<readonly string[]> {
  const suffix = process.platform === 'win32' ? '.exe' : '';
  const found: string[] = [];
  for (const folder of (env.PATH ?? '').split(path.delimiter)) {
    const file = path.join(folder, name + suffix);
    if (path.isAbsolute(folder) && (await isExecutable(file))) found.push(file);
  }
  return found;
}
