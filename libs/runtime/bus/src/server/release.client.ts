import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { messageOf, thrown } from './thrown.ts';

const run = promisify(execFile);

/** A published nats-server: where its archives are and what each must hash to, by `<os>-<architecture>`. */
export interface Release {
  readonly version: string;
  readonly baseUrl: string;
  readonly sha256: Readonly<Record<string, string>>;
}

/**
 * The official release that is downloaded. The Linux hashes are those that the official container image is built with
 * (nats-io/nats-docker, 2.14.x/alpine3.22/Dockerfile); the macOS ones are as pinned by public build rules for the same release.
 * A wrong hash can only refuse a good archive, never admit a bad one.
 */
export const RELEASE: Release = {
  version: '2.14.3',
  baseUrl: 'https://github.com/nats-io/nats-server/releases/download/v2.14.3',
  sha256: {
    'linux-amd64': 'f3d0c820c749f81d717310fb00d4903919e70e3e66b268bd352a088b9788eb93',
    'linux-arm64': '1759b6a0ddebade9471b7c02891dfaa8c73b526c6f3ce391d4e21ec3eceffab8',
    'darwin-amd64': 'effa518fe623433d7c3321991db419bb1e00aa9b19ae761b559b580434afc3ab',
    'darwin-arm64': 'e086395457a7a93a440433a446c9f161f917d35c0374640555123e8d8d4b7fe9',
  },
};

/** How long a download may take: until the first byte (a machine without internet must not wait), and as a whole. */
export interface DownloadBounds {
  readonly answerMsMax: number;
  readonly totalMsMax: number;
}

export const DOWNLOAD_BOUNDS: DownloadBounds = { answerMsMax: 4_000, totalMsMax: 120_000 };

/** The archive is about 7 MB and the binary 17 MB. */
const ARCHIVE_BYTES_MAX = 64 * 1024 * 1024;
const UNPACK_MS_MAX = 30_000;

/** This machine as the release names it, such as `linux-amd64`. */
export function releasePlatform(): string {
  return `${process.platform}-${process.arch === 'x64' ? 'amd64' : process.arch}`;
}

/**
 * Downloads a release, checks it against its pinned SHA-256 before anything is unpacked, and unpacks it.
 * @returns the path of the binary inside `folder`
 * @throws Error that says what failed: no hash for this platform, no answer in time, a status, a size or another hash
 */
export async function downloadRelease(folder: string, release = RELEASE, bounds = DOWNLOAD_BOUNDS): Promise<string> {
  const platform = releasePlatform();
  const expected = release.sha256[platform];
  if (expected === undefined) throw new Error(`release ${release.version} has no pinned hash for ${platform}`);
  const stem = `nats-server-v${release.version}-${platform}`;
  const archive = await download(`${release.baseUrl}/${stem}.tar.gz`, bounds);
  const actual = createHash('sha256').update(archive).digest('hex');
  if (actual !== expected)
    throw new Error(`${stem}.tar.gz has SHA-256 ${actual}, but ${expected} was expected; it was thrown away`);
  const file = path.join(folder, `${stem}.tar.gz`);
  await writeFile(file, archive);
  await run('tar', ['-xzf', file, '-C', folder, `${stem}/nats-server`], { timeout: UNPACK_MS_MAX });
  return path.join(folder, stem, 'nats-server');
}

async function download(url: string, bounds: DownloadBounds): Promise<Buffer> {
  const abort = new AbortController();
  const host = new URL(url).host;
  const giveUp = (what: string, ms: number): NodeJS.Timeout =>
    setTimeout(() => abort.abort(new Error(`${host} ${what} within ${ms} ms`)), ms);
  const total = giveUp('did not deliver the archive', bounds.totalMsMax);
  const answer = giveUp('did not answer', bounds.answerMsMax);
  try {
    const response = await fetch(url, { signal: abort.signal });
    clearTimeout(answer);
    if (!response.ok || response.body === null) throw new Error(`${url} answered ${response.status}`);
    return await readBounded(response.body);
  } catch (error) {
    throw new Error(causeOf(error, host), { cause: error });
  } finally {
    clearTimeout(answer);
    clearTimeout(total);
    abort.abort();
  }
}

async function readBounded(body: ReadableStream<Uint8Array>): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of body) {
    bytes += chunk.byteLength;
    if (bytes > ARCHIVE_BYTES_MAX) throw new Error(`the archive is larger than ${ARCHIVE_BYTES_MAX} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/** fetch() hides the reason in its cause: `fetch failed` alone tells an operator nothing. */
function causeOf(error: unknown, host: string): string {
  const { cause } = thrown(error);
  return cause === undefined ? messageOf(error) : `${host} cannot be reached: ${messageOf(cause)}`;
}
