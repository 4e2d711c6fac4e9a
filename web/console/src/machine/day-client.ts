import type { Answer, Question } from './questions.ts';

/** Asks the worker that decides days. One question after another: a day takes a second. */
export class DayClient {
  readonly #worker = new Worker(new URL('./day-worker.ts', import.meta.url), { type: 'module' });
  readonly #asked = new Map<number, PromiseWithResolvers<Answer>>();
  #last = 0;

  constructor() {
    this.#worker.addEventListener('message', ({ data }: MessageEvent<{ readonly id: number; readonly answer: Answer }>) => {
      this.#asked.get(data.id)?.resolve(data.answer);
      this.#asked.delete(data.id);
    });
    this.#worker.addEventListener('error', ({ message }) => {
      for (const each of this.#asked.values()) each.resolve({ kind: 'failed', message });
      this.#asked.clear();
    });
  }

  ask(question: Question): Promise<Answer> {
    const id = (this.#last += 1);
    const answer = Promise.withResolvers<Answer>();
    this.#asked.set(id, answer);
    this.#worker.postMessage({ id, question }, []);
    return answer.promise;
  }

  close(): void {
    this.#worker.terminate();
  }
}
