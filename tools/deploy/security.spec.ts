/** What keeps secrets out of the repository, and known holes out of the product. */
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { root } from '../run.mjs';
import { findings, problemsOf } from './audit.mjs';

/** What a secret looks like where somebody left it by mistake. Tests make their own keys, and so write none down. */
const SECRETS: Readonly<Record<string, RegExp>> = {
  'a private key': /-----BEGIN (?:[A-Z]+ )?PRIVATE KEY-----\s*[A-Za-z0-9+/]{16}/,
  'a key of an nkey user': /\bS[UA][A-Z2-7]{56}\b/,
  'a token of GitHub': /\bgh[pousr]_[A-Za-z0-9]{36}\b/,
  'a token of npm': /\bnpm_[A-Za-z0-9]{36}\b/,
  'a token of Slack': /\bxox[abprs]-[A-Za-z0-9-]{10,}/,
  'an access key of AWS': /\bAKIA[0-9A-Z]{16}\b/,
  'a key of Alpaca': /\b[AP]K[0-9A-Z]{18}\b/,
  'a key of Azure Storage': /AccountKey=[A-Za-z0-9+/]{60,}={0,2}/,
  'a connection to Application Insights': /InstrumentationKey=[0-9a-f]{8}-/,
  'a password in an address':
    /\b(?:postgres|postgresql|amqp|nats|https?):\/\/[^\s:/@'"`${}]+:[^\s:/@'"`${}]{12,}@(?!localhost|127\.)/,
};

const tracked = (): string[] =>
  execFileSync('git', ['ls-files', '-z'], { cwd: root, encoding: 'utf8' }).split('\0').filter(Boolean);
const secretsIn = (text: string): string[] =>
  Object.entries(SECRETS).flatMap(([name, pattern]) => (pattern.test(text) ? [name] : []));

describe('the repository', () => {
  it('holds no secret', () => {
    // an unpacked archive has no history to ask
    if (!existsSync(path.join(root, '.git'))) return;
    const files = tracked().filter((file) => !/\.(png|gz|parquet|wasm)$/.test(file) && existsSync(path.join(root, file)));
    expect(files.length).toBeGreaterThan(500);
    const found = files.flatMap((file) =>
      secretsIn(readFileSync(path.join(root, file), 'utf8')).map((name) => `${file}: ${name}`),
    );
    expect(found).toEqual([]);
  });

  it('would be found to hold one', () => {
    const key = ['-----BEGIN', 'PRIVATE KEY-----\nMC4CAQAwBQYDK2VwBCIE'].join(' ');
    expect(secretsIn(key)).toEqual(['a private key']);
    expect(secretsIn(`APCA_API_KEY_ID=PK${'A1'.repeat(9)}`)).toEqual(['a key of Alpaca']);
  });
});

describe('the audit of packages', () => {
  const answer = (vulnerabilities: object): string => JSON.stringify({ vulnerabilities });
  const hole = { url: 'https://advisories.example/1', severity: 'high', title: 'a hole' };
  const found = findings(
    answer({ pg: { name: 'pg', via: [hole, 'another'] }, low: { name: 'low', via: [{ ...hole, severity: 'low' }] } }),
  );
  const exception = { advisory: hole.url, package: 'pg', reason: 'we never call it', until: '2026-12-31' };

  it('finds what is serious, once', () => {
    expect(found).toEqual([{ advisory: hole.url, package: 'pg', severity: 'high', title: 'a hole' }]);
    expect(problemsOf(found, [], '2026-12-01')).toEqual(['pg: high, a hole (https://advisories.example/1)']);
  });

  it('lets a finding stand until the day that is said, and no longer', () => {
    expect(problemsOf(found, [exception], '2026-12-31')).toEqual([]);
    expect(problemsOf(found, [exception], '2027-01-01')).toEqual([expect.stringContaining('ran out on 2026-12-31')]);
  });

  it('wants an exception to say all, and to be of use', () => {
    expect(problemsOf(found, [{ ...exception, reason: ' ' }], '2026-12-01')).toEqual(['exception 1 does not say its reason']);
    expect(problemsOf(found, [{ ...exception, until: 'soon' }], '2026-12-01')[0]).toBe(
      'exception 1: until is "soon", and no date',
    );
    expect(problemsOf([], [exception], '2026-12-01')).toEqual([expect.stringContaining('take its exception out')]);
  });

  it('is not clean where nobody answered', () => {
    expect(() => findings(JSON.stringify({ message: '405 Method Not Allowed', error: { summary: '' } }))).toThrow('405');
    expect(() => findings('')).toThrow('nothing');
  });

  it('has exceptions that say all', () => {
    const exceptions = JSON.parse(readFileSync(path.join(root, 'deploy/security/audit-exceptions.json'), 'utf8')) as object[];
    for (const one of exceptions)
      expect(one).toEqual(
        expect.objectContaining({ advisory: expect.any(String), reason: expect.any(String), until: expect.any(String) }),
      );
  });
});
