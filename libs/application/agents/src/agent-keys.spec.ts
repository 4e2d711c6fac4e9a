import { appendFileSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { agentOf, newAgentKey, revokeAgentKeys } from './agent-keys.ts';

describe('a key of an agent', () => {
  let home: string;
  beforeEach(() => {
    home = mkdtempSync(path.join(tmpdir(), 'agents-'));
  });
  afterEach(() => rmSync(home, { recursive: true }));

  it('is its name, beside others of the same, until all of them are taken away', async () => {
    const [first, second, other] = [
      await newAgentKey(home, 'claude', 0),
      await newAgentKey(home, 'claude', 1),
      await newAgentKey(home, 'other', 2),
    ];
    expect([first, second, other].map((key) => agentOf(home, key))).toEqual(['claude', 'claude', 'other']);
    expect(await revokeAgentKeys(home, 'claude')).toBe(2);
    expect([first, second, other].map((key) => agentOf(home, key))).toEqual([undefined, undefined, 'other']);
    expect(await revokeAgentKeys(home, 'claude')).toBe(0);
  });

  it('is kept nowhere, and what is kept of it is for its user alone', async () => {
    const key = await newAgentKey(home, 'claude', 0);
    const file = path.join(home, 'agents', 'claude.keys');
    expect(readFileSync(file, 'utf8')).not.toContain(key);
    expect(statSync(file).mode & 0o077).toBe(0);
    expect(agentOf(home, readFileSync(file, 'utf8').slice(0, 64))).toBeUndefined();
  });

  it("is nobody's where there is none, or it is another one", async () => {
    expect(agentOf(home, '')).toBeUndefined();
    const key = await newAgentKey(home, 'claude', 0);
    expect(agentOf(home, key.slice(0, -1))).toBeUndefined();
    expect(agentOf(home, '')).toBeUndefined();
  });

  it('lets nobody in by a file that is not understood, and names the line', async () => {
    const key = await newAgentKey(home, 'claude', 0);
    appendFileSync(path.join(home, 'agents', 'claude.keys'), '# a note\nnonsense\n');
    expect(() => agentOf(home, key)).toThrow(/claude\.keys: line 3 is no hash of a key$/);
  });

  it.each(['', '../risk', 'a b', 'a'.repeat(65)])('is for a name, and %j is none', async (name) => {
    await expect(newAgentKey(home, name, 0)).rejects.toThrow('has to be 1 to 64 letters');
    await expect(revokeAgentKeys(home, name)).rejects.toThrow('has to be 1 to 64 letters');
  });
});
