/** A sleep that an event ends. */
export function newWakeUp(): { readonly now: () => void; readonly after: (ms: number, signal: AbortSignal) => Promise<void> } {
  let wake: () => void = () => undefined;
  return {
    now: () => wake(),
    after: (ms, signal) =>
      new Promise((resolve) => {
        const done = (): void => {
          clearTimeout(timer);
          signal.removeEventListener('abort', done);
          wake = () => undefined;
          resolve();
        };
        const timer = setTimeout(done, ms);
        signal.addEventListener('abort', done);
        wake = done;
      }),
  };
}
