import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';

/** The file of a built program, whether the caller runs from the build or from the sources: programs lie in `dist` of the workspace. */
export const programFile = (name: string): string =>
  path.join(workspaceAround(import.meta.dirname) ?? import.meta.dirname, 'dist', `${name}.js`);

/** The folder of the workspace that a folder is in; undefined where there is none around it. */
export function workspaceAround(folder: string): string | undefined {
  for (let at = folder; at !== path.dirname(at); at = path.dirname(at)) {
    const file = path.join(at, 'package.json');
    if (existsSync(file) && workspacesIn(file) !== undefined) return at;
  }
  return undefined;
}

/** Folders of the packages that a package.json lists, as patterns; undefined when it lists none. */
export function workspacesIn(packageFile: string): readonly string[] | undefined {
  const { workspaces } = JSON.parse(readFileSync(packageFile, 'utf8')) as { readonly workspaces?: readonly string[] };
  return workspaces;
}
