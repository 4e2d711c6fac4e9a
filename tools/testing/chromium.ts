import { existsSync } from 'node:fs';
import { installDebianPackage } from './debian-package.ts';

/*
 * A Chromium for specs that look at pages, which is not among the packages of npm: it is far larger than all of them.
 *
 * 1. CHROMIUM_PATH names one; else it is looked for where systems have it; else, as root on Debian, it is installed.
 * 2. A CHROMIUM_PATH that is not there is an error, never passed over.
 */

const PLACES = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/snap/bin/chromium',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
];

/** How who has none comes to one. */
export const HOW_TO_GET_CHROMIUM =
  'no Chromium was found: install one (on Debian: apt-get install chromium), or name its executable in CHROMIUM_PATH';

/** The executable of a Chromium; undefined where there is none and none can be installed. @throws Error when CHROMIUM_PATH names none */
export function chromiumPath(): string | undefined {
  const named = process.env['CHROMIUM_PATH'];
  if (named !== undefined && named !== '') {
    if (existsSync(named)) return named;
    throw new Error(`CHROMIUM_PATH is ${named}, where nothing is`);
  }
  return (
    PLACES.find((place) => existsSync(place)) ??
    (installDebianPackage('chromium') ? PLACES.find((place) => existsSync(place)) : undefined)
  );
}
