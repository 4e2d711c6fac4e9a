// The table of packages in docs/architecture.md, held against the packages that there are.
import * as fs from 'node:fs';
import path from 'node:path';

/** What a package of each layer may import, in the words of the page. */
const MAY_IMPORT = {
  model: 'nothing',
  core: 'model, core',
  contract: 'model',
  runtime: 'model, contracts, runtime',
  adapter: 'model, contracts, runtime',
  application: 'all above',
  web: 'model, core, contracts, application; types of the console',
};

/** Folder and layer of every package of a workspace, but the services, which the page has one row for. */
export function packagesOf(root) {
  const { workspaces } = JSON.parse(fs.readFileSync(path.join(root, 'package.json'), 'utf8'));
  const manifests = workspaces.flatMap((folder) => fs.globSync(`${folder}/package.json`, { cwd: root }));
  return manifests
    .map((file) => {
      const { nx } = JSON.parse(fs.readFileSync(path.join(root, file), 'utf8'));
      const tag = nx?.tags.find((one) => one.startsWith('layer:')) ?? '';
      return { folder: path.dirname(file).replaceAll(path.sep, '/'), layer: tag.slice('layer:'.length) };
    })
    .filter(({ layer }) => layer !== 'app');
}

/** What is wrong with the page's table, a line each. */
export function architectureProblems(page, packages) {
  const rows = new Map(
    [...page.matchAll(/^\| `([^`*]+)` +\| [^|]+\| ([^|]+?) *\|$/gm)]
      .filter(([, folder]) => /^(libs|contracts|web)/.test(folder))
      .map(([, folder, may]) => [folder, may]),
  );
  const missing = packages.filter(({ folder }) => !rows.has(folder)).map(({ folder }) => `${folder} has no row`);
  const folders = new Set(packages.map(({ folder }) => folder));
  const gone = [...rows.keys()].filter((folder) => !folders.has(folder)).map((folder) => `there is no package ${folder}`);
  const wrong = packages
    .filter(({ folder, layer }) => rows.has(folder) && rows.get(folder) !== MAY_IMPORT[layer])
    .map(({ folder, layer }) => `${folder} may import ${MAY_IMPORT[layer]}, not "${rows.get(folder)}"`);
  return [...missing, ...gone, ...wrong];
}
