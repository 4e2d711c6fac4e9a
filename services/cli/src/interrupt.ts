import { stdin } from 'node:process';
import { isForeground } from './foreground.ts';

const EXIT_AT_ONCE = 1;
/** What the keys send that a terminal in its usual mode turns into signals. */
const KEYS = { ctrlC: 0x03, ctrlZ: 0x1a, ctrlBackslash: 0x1c };
/** To all processes of the group, as a terminal does. */
const GROUP = 0;

/**
 * Resolves at the first Ctrl-C, or when the process is asked to end. A second Ctrl-C ends the program at once; being asked again does
 * not, since supervisors, npm and the launcher each pass on what they are told.
 */
export function onInterrupt(): Promise<void> {
  return new Promise((resolve) => {
    let interrupts = 0;
    const interrupted = (): void => {
      if (++interrupts > 1) process.exit(EXIT_AT_ONCE);
      resolve();
    };
    process.on('SIGINT', interrupted);
    process.on('SIGTERM', () => resolve());
    readKeys(interrupted);
  });
}

/**
 * Takes Ctrl-C as a key where there is a terminal in front of the run. As a signal it would reach every process of the group, and a
 * shell among them (npm starts the program through one) ends with it and forgets that the run ended well.
 */
function readKeys(interrupted: () => void): void {
  if (!stdin.isTTY) return;
  const take = (keys: Buffer): void => {
    for (const key of keys) {
      if (key === KEYS.ctrlC) interrupted();
      else if (key === KEYS.ctrlZ || key === KEYS.ctrlBackslash) {
        leave(take);
        process.kill(GROUP, key === KEYS.ctrlZ ? 'SIGTSTP' : 'SIGQUIT');
      }
    }
  };
  // A process in the background that touches its terminal is stopped.
  const listen = (): void => (isForeground() ? enter(take) : leave(take));
  stdin.on('error', () => undefined); // the terminal was closed
  process.on('SIGCONT', listen);
  listen();
}

type TakeKeys = (keys: Buffer) => void;

function enter(take: TakeKeys): void {
  stdin.off('data', take).on('data', take).setRawMode(true).resume();
  stdin.unref();
}

function leave(take: TakeKeys): void {
  stdin.off('data', take).pause();
  if (stdin.isRaw) stdin.setRawMode(false);
}
