/** The package of `npm run package`, installed as a stranger does: it holds what was built and nothing else, and a run by it is the run of this checkout. */
import { execFileSync } from 'node:child_process';
import { globSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { commandUnderTest, ROOT, type CommandUnderTest } from './testing/command-under-test.ts';

const INSTALL_MS_MAX = 300_000;
const RUN_MS_MAX = 180_000;
const TAR_LIST_BYTES_MAX = 64 * 1024 * 1024;

const lockFile = (): { packages: Record<string, { version?: string } | undefined> } =>
  JSON.parse(readFileSync(path.join(ROOT, 'package-lock.json'), 'utf8'));
const versionOf = (folder: string): string => JSON.parse(readFileSync(path.join(folder, 'package.json'), 'utf8')).version;

describe('the package', () => {
  let folder: string;
  let tarball: string;
  let [packed, checkout]: (CommandUnderTest | undefined)[] = [];

  beforeAll(async () => {
    folder = mkdtempSync(path.join(tmpdir(), 'aitrader-package-'));
    const said = execFileSync(process.execPath, [path.join(ROOT, 'tools/package.mjs')], { cwd: ROOT, encoding: 'utf8' });
    tarball = said.trim();
    const install = [
      'install',
      '--prefix',
      folder,
      '--ignore-scripts',
      '--no-audit',
      '--no-fund',
      '--prefer-offline',
      '--silent',
      tarball,
    ];
    execFileSync('npm', install, { cwd: folder, stdio: ['ignore', 'ignore', 'inherit'] });
    packed = await commandUnderTest({}, path.join(folder, 'node_modules/aitrader/dist/cli.js'));
    checkout = await commandUnderTest();
  }, INSTALL_MS_MAX);
  afterAll(() => {
    packed?.cleanUp();
    checkout?.cleanUp();
    rmSync(folder, { recursive: true, force: true });
  });

  /** What is ours in the package. */
  const files = (): string[] =>
    execFileSync('tar', ['tzf', tarball], { encoding: 'utf8', maxBuffer: TAR_LIST_BYTES_MAX })
      .trim()
      .split('\n')
      .filter((file) => !file.startsWith('package/node_modules/') || file.startsWith('package/node_modules/@aitrader/'));

  it('holds programs, the page and what a stranger reads, and no source, test or tool', () => {
    const held = files();
    expect(held).toEqual(
      expect.arrayContaining(['package/dist/cli.js', 'package/dist/console-web/index.html', 'package/LICENSE']),
    );
    expect(held.filter((file) => /\.(ts|tsx)$|\.spec\.|\/(tools|testing|src)\/|\/nx\b/.test(file))).toEqual([]);
    const { devDependencies, scripts } = JSON.parse(
      readFileSync(path.join(folder, 'node_modules/aitrader/package.json'), 'utf8'),
    );
    expect([devDependencies, scripts]).toEqual([undefined, undefined]);
  });

  it('brings every package in the version that it was tried with', () => {
    const { packages } = lockFile();
    const inside = path.join(folder, 'node_modules/aitrader');
    const brought = globSync('node_modules/{*,@*/*}/package.json', { cwd: inside })
      .map((file) => path.dirname(file))
      .filter((place) => !place.includes('@aitrader/'));
    expect(brought.length).toBeGreaterThan(100);
    const differing = brought.filter((place) => versionOf(path.join(inside, place)) !== packages[place]?.version);
    expect(differing).toEqual([]);
    const fetched = globSync('node_modules/{*,@*/*}/package.json', { cwd: folder })
      .map((file) => path.dirname(file))
      .filter((place) => place !== 'node_modules/aitrader');
    expect(fetched.filter((place) => versionOf(path.join(folder, place)) !== packages[place]?.version)).toEqual([]);
  });

  it(
    'runs the five services, and comes to the digest of this checkout',
    async () => {
      if (packed === undefined || checkout === undefined) throw new Error('nothing is installed');
      const [onTheBus, here] = [
        await packed.json('paper', '--speed', 'max'),
        await checkout.json('backtest', '--bars', 'sample'),
      ];
      expect(onTheBus.digest).toEqual(here.digest);
      const { code, stdout } = await packed.run('verify', onTheBus.run);
      expect([code, stdout]).toEqual([0, expect.stringContaining('the code at hand')]);
      expect(stdout).toContain('are what the stages make of its inputs');
    },
    RUN_MS_MAX,
  );
});
