import { createInterface } from 'node:readline/promises';

/** What is typed in answer to a question; empty where there is nobody to answer. */
export async function ask(question: string): Promise<string> {
  const reader = createInterface({ input: process.stdin, output: process.stderr });
  const gone = new Promise<string>((resolve) => reader.once('close', () => resolve('')));
  try {
    return (await Promise.race([reader.question(question), gone])).trim();
  } finally {
    reader.close();
  }
}
