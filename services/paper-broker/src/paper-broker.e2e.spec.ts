import { afterEach, describe, expect, it } from '@jest/globals';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { programFile } from '@aitrader/runtime-configuration';
import { KEYS } from '../test/exchange-client.ts';

describe('the exchange as a program', () => {
  let program: ChildProcess | undefined;
  afterEach(() => void program?.kill('SIGKILL'));

  function start(variables: Readonly<Record<string, string>>): {
    readonly lines: AsyncIterator<string>;
    readonly exit: Promise<unknown[]>;
  } {
    const child = spawn(process.execPath, [programFile('paper-broker')], {
      env: { ...process.env, ...variables },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    program = child;
    return { lines: createInterface({ input: child.stdout })[Symbol.asyncIterator](), exit: once(child, 'exit') };
  }

  it('says where it listens, answers, and stops when it is told', async () => {
    const { lines, exit } = start({ PAPER_EXCHANGE_PORT: '0' });
    const { value } = (await lines.next()) as { value: string };
    const { url } = JSON.parse(value) as { url: string };
    expect((await fetch(`${url}/v2/clock`, { headers: KEYS })).status).toBe(200);
    program?.kill('SIGTERM');
    expect(await exit).toEqual([0, null]);
  });

  it('does not start with an environment that makes no sense', async () => {
    const { lines, exit } = start({ PAPER_EXCHANGE_PORT: 'none', PAPER_EXCHANGE_RULES: 'mine' });
    const { value } = (await lines.next()) as { value: string };
    expect(value).toContain('PAPER_EXCHANGE_PORT');
    expect(value).toContain('PAPER_EXCHANGE_RULES');
    expect(await exit).toEqual([2, null]);
  });
});
