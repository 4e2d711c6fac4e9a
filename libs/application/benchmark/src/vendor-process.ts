import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { programFile } from '@aitrader/runtime-configuration';
import type { StreamShape } from './streamed-bars.ts';

/** What a vendor's process is to stream: as its clock goes, or so many minutes as fast as they are taken. */
export interface StreamedMarket {
  readonly mode: 'follow' | 'flood';
  readonly symbols: number;
  /** of a flood */
  readonly minutes: number;
  readonly shape: Required<StreamShape>;
  /** AITRADER_CLOCK of the process; undefined: the real one */
  readonly clock?: string;
}

export interface VendorProcess {
  readonly port: number;
  /** resolves when somebody has subscribed */
  readonly subscribed: Promise<void>;
  readonly end: () => void;
}

/** Starts a process that stands in for a vendor. @throws Error when it ends before it listens */
export async function startVendor({ mode, symbols, minutes, shape, clock }: StreamedMarket): Promise<VendorProcess> {
  const child = fork(
    programFile('stream-vendor'),
    [mode, String(symbols), String(minutes), shape.codec, String(shape.perFrame)],
    {
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
      env: { ...process.env, AITRADER_CLOCK: clock ?? '' },
    },
  );
  const port = await portOf(child);
  const subscribed = once(child, 'message').then(() => undefined);
  return { port, subscribed, end: () => void child.kill('SIGKILL') };
}

function portOf(child: ChildProcess): Promise<number> {
  return new Promise((resolve, reject) => {
    child.once('message', (said: { readonly port: number }) => resolve(said.port));
    child.once('exit', (code) => reject(new Error(`the vendor's process ended with ${code}`)));
  });
}
