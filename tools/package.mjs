// `npm run package`: the command line, the services and the console's page as one package, `dist/aitrader-<version>.tgz`, to be run by
// `npx ./aitrader-<version>.tgz paper` on a machine with Node and nothing else. Inside is what was built, with exactly the packages that it was
// tried with; no sources, no tests, no tools.
import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, globSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { codeIdentityOf } from '@aitrader/runtime-configuration';
import { root } from './run.mjs';

const read = (...names) => JSON.parse(readFileSync(path.join(root, ...names), 'utf8'));
const project = read('package.json');
const lock = read('package-lock.json').packages;
const OWN = '@aitrader/';
const inOrder = (names) => [...names].toSorted((a, b) => (a < b ? -1 : 1));

/** Packages that built code names in an import, static or not. */
function importedBy(files) {
  const named = files.flatMap((file) =>
    readFileSync(file, 'utf8')
      .matchAll(/\b(?:from|import)\s*\(?\s*["']([@\w][^"']*)["']/g)
      .map(([, name]) => name)
      .toArray(),
  );
  const packages = named.map((name) => name.split('/', name.startsWith('@') ? 2 : 1).join('/'));
  return new Set(packages.filter((name) => !name.startsWith('node:') && !builtinModules.includes(name)));
}

/** Our own packages that programs load as they are, with those that these load. */
function ownPackages(programs) {
  const found = new Map();
  const visit = (names) => {
    for (const name of names) {
      if (!name.startsWith(OWN) || found.has(name)) continue;
      const folder = path.join(root, lock[`node_modules/${name}`].resolved);
      found.set(name, folder);
      visit(importedBy(globSync('dist/**/*.js', { cwd: folder }).map((file) => path.join(folder, file))));
    }
  };
  visit(importedBy(programs));
  return found;
}

/** Where the packages lie that some packages need, themselves among them, as the lock file has it. */
function placesOf(names) {
  const found = new Set();
  const visit = (name, from) => {
    for (let at = from; ; at = at.replace(/(^|\/)node_modules\/(@[^/]+\/)?[^/]+$/, '')) {
      const place = `${at === '' ? '' : `${at}/`}node_modules/${name}`;
      const entry = lock[place];
      if (entry === undefined) {
        if (at === '') return; // optional, and not installed
        continue;
      }
      if (found.has(place) || !existsSync(path.join(root, place))) return;
      found.add(place);
      for (const next of Object.keys({ ...entry.dependencies, ...entry.optionalDependencies, ...entry.peerDependencies }))
        visit(next, place);
      return;
    }
  };
  for (const name of names) visit(name, '');
  return found;
}

const programs = globSync('dist/*.js', { cwd: root }).map((file) => path.join(root, file));
if (programs.length === 0) throw new Error(`${path.join(root, 'dist')}: nothing is built: npm run build makes it`);
const own = ownPackages(programs);
const dependencies = Object.fromEntries(
  inOrder(importedBy(programs)).flatMap((name) => (name in project.dependencies ? [[name, project.dependencies[name]]] : [])),
);
const ownVersions = Object.fromEntries(inOrder(own.keys()).map((name) => [name, project.version]));

const staging = mkdtempSync(path.join(tmpdir(), 'aitrader-package-'));
process.on('exit', () => rmSync(staging, { recursive: true, force: true }));
const into = (from, to) => cpSync(path.join(root, from), path.join(staging, to), { recursive: true });
const isCode = (file) => !/\.(d\.ts|tsbuildinfo)(\.map)?$/.test(file) && !/\.spec\.js/.test(file);

for (const file of [
  'LICENSE',
  'README.md',
  'services/cli/bin/aitrader.mjs',
  'services/cli/bin/build.mjs',
  'deploy/healthcheck.mjs',
])
  into(file, file);
mkdirSync(path.join(staging, 'dist'));
for (const file of globSync('dist/*.{js,js.map}', { cwd: root })) into(file, file);
into('dist/console-web', 'dist/console-web');
for (const [name, folder] of own) {
  const to = path.join(staging, 'node_modules', name);
  cpSync(path.join(folder, 'dist'), path.join(to, 'dist'), { recursive: true, filter: isCode });
  const {
    dependencies: needs,
    exports,
    license,
    type,
    version,
  } = JSON.parse(readFileSync(path.join(folder, 'package.json'), 'utf8'));
  writeFileSync(path.join(to, 'package.json'), JSON.stringify({ name, version, license, type, exports, dependencies: needs }));
}

const others = placesOf(Object.keys(dependencies));
for (const place of others)
  cpSync(path.join(root, place), path.join(staging, place), {
    recursive: true,
    // nested packages have places of their own
    filter: (file) => !path.relative(path.join(root, place), file).split(path.sep).includes('node_modules'),
  });

const { version, description, license, engines, optionalDependencies, allowScripts } = project;
// where nothing is checked out, as in a container, the commit is told
const commit = codeIdentityOf(path.join(root, 'dist')).commit || (process.env.AITRADER_COMMIT ?? '');
const manifest = {
  name: 'aitrader',
  version,
  description,
  license,
  type: 'module',
  bin: { aitrader: 'services/cli/bin/aitrader.mjs' },
  engines,
  ...(commit === '' ? {} : { gitHead: commit }),
  // says where the code lies that a run is made by
  workspaces: [`node_modules/${OWN}*`],
  dependencies: { ...dependencies, ...ownVersions },
  optionalDependencies,
  // what it was tried with comes with it; what depends on the platform is got by its version
  bundleDependencies: inOrder([...own.keys(), ...Object.keys(dependencies)]),
  allowScripts,
};
writeFileSync(path.join(staging, 'package.json'), JSON.stringify(manifest, null, 2));
const out = path.join(root, 'dist');
execFileSync('npm', ['pack', '--ignore-scripts', '--silent', '--pack-destination', out], { cwd: staging });
const file = path.join(out, `aitrader-${version}.tgz`);
if (!existsSync(file)) throw new Error(`${file}: npm pack did not make it`);
console.log(file);
