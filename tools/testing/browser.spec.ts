import { mkdtempSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { lookAt, NO_FAULTS, withBrowser, type Browser, type Form } from './browser.ts';
import { chromiumPath } from './chromium.ts';

const DESK: Form = { width: 1280, scheme: 'light' };
const TELEPHONE: Form = { width: 390, scheme: 'dark' };

const page = (body: string): string =>
  `<!doctype html><html lang="en"><title>page</title><main><h1>page</h1>${body}</main></html>`;

describe('a browser for specs', () => {
  withBrowser('looking at pages', (launch) => {
    let browser: Browser;
    const folder = mkdtempSync(path.join(os.tmpdir(), 'aitrader-pages-'));
    beforeAll(async () => {
      browser = await launch();
    });
    afterAll(() => browser.close());

    const look = (name: string, body: string, form: Form) => {
      const file = path.join(folder, `${name}.html`);
      writeFileSync(file, page(body));
      return lookAt(browser, pathToFileURL(file).href, name, form);
    };

    it('finds nothing wrong with a page that is well', async () => {
      expect(await look('well', '<p>well</p>', DESK)).toEqual(NO_FAULTS);
    });

    it('hears what the console says, what is thrown and what cannot be had', async () => {
      const body =
        '<script>console.error("said"); setTimeout(() => { throw new Error("thrown"); });</script><img alt="a" src="none.png">';
      const { errors } = await look('complains', body, DESK);
      expect(errors.join('\n')).toMatch(/said/);
      expect(errors.join('\n')).toMatch(/thrown/);
      expect(errors.join('\n')).toMatch(/none\.png/);
    });

    it('finds a picture without words, and text that can hardly be read', async () => {
      const { violations } = await look('breaches', '<img src="data:,"><p style="color:#ddd;background:#fff">pale</p>', DESK);
      expect(violations.map((each) => each.split(':', 1)[0])).toEqual(expect.arrayContaining(['color-contrast', 'image-alt']));
    });

    it('finds what is wider than a telephone, and goes by its dark', async () => {
      const { overflow } = await look('wide', '<div style="width:600px">wide</div>', TELEPHONE);
      expect(overflow).toBeGreaterThan(0);
      const dark = '<style>@media (prefers-color-scheme: dark) { p { color: #222; background: #111 } }</style><p>dark</p>';
      expect((await look('dark', dark, TELEPHONE)).violations).toHaveLength(1);
      expect((await look('dark', dark, DESK)).violations).toHaveLength(0);
    });
  });

  it('that is named and not there is an error', () => {
    const before = process.env['CHROMIUM_PATH'];
    process.env['CHROMIUM_PATH'] = '/nowhere/chromium';
    try {
      expect(() => chromiumPath()).toThrow('CHROMIUM_PATH is /nowhere/chromium, where nothing is');
    } finally {
      if (before === undefined) delete process.env['CHROMIUM_PATH'];
      else process.env['CHROMIUM_PATH'] = before;
    }
  });
});
