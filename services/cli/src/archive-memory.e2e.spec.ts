import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { ROOT } from './testing/command-under-test.ts';

const RUN_MS_MAX = 240_000;
/** Four months of 100 symbols: held at once, they are 130 MB more than one month, which is beyond what the tool lets pass. */
const MARKET = ['100', '2024-01-01', '2024-04-30'];

describe('the length of a run over an archive', () => {
  it(
    'costs no memory: four months take at most 1.2 times what their first month takes',
    () => {
      const tool = path.join(ROOT, 'tools/archive-memory.mjs');
      const { status, stdout, stderr } = spawnSync(process.execPath, [tool, ...MARKET], { cwd: ROOT, encoding: 'utf8' });
      expect({ status, stdout, stderr }).toMatchObject({ status: 0 });
      expect(stdout).toContain('3,237,000 bars');
    },
    RUN_MS_MAX,
  );
});
