/**
 * The demonstration: files alone, served by anything, in which the stages decide the sample to the byte.
 */
import { spawnSync } from 'node:child_process';
import { createServer } from 'node:http';
import { readFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { faultsOf, NO_FAULTS, openPage, screenshot, withBrowser } from '../../../tools/testing/browser.ts';

const ROOT = path.resolve(import.meta.dirname, '../../..');
const FILES = path.join(ROOT, 'dist/demo');
const MS_MAX = 240_000;
const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
};

/** A server of files that knows nothing of ours, at an address that is not its root. */
async function served(): Promise<{ readonly url: string; readonly close: () => void }> {
  const server = createServer((request, response) => {
    const name = (request.url ?? '').replace(/^\/somewhere\//, '') || 'index.html';
    try {
      const content = readFileSync(path.join(FILES, path.normalize(name)));
      response.setHeader('content-type', TYPES[path.extname(name)] ?? 'application/octet-stream').end(content);
    } catch {
      response.writeHead(404).end();
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/somewhere/`, close: () => void server.close() };
}

withBrowser('the demonstration', (launch) => {
  describe('the demonstration', () => {
    it(
      'decides the sample to the byte, without a server of ours',
      async () => {
        const made = spawnSync(process.execPath, ['tools/demo.mjs', '--build'], { cwd: ROOT, encoding: 'utf8' });
        expect([made.status, made.stdout + made.stderr]).toEqual([0, expect.stringContaining('digest of the sample')]);
        const [, digest] = /digest of the sample: (\w+)/.exec(made.stdout) ?? [];
        const [files, browser] = [await served(), await launch()];
        try {
          const { page, errors } = await openPage(browser, { width: 390, scheme: 'light' });
          await page.goto(files.url);
          await page.getByText('the same, to the byte').waitFor({ timeout: MS_MAX });
          expect(await page.locator('code.digest').textContent()).toBe(`${digest ?? ''}…`);
          await screenshot(page, 'demo-390-light');
          expect({ errors, ...(await faultsOf(page)) }).toEqual(NO_FAULTS);
        } finally {
          await browser.close();
          files.close();
        }
      },
      MS_MAX,
    );
  });
});
