// Writes what `npm test` sums up: how many tests passed, failed and were left out, and how long each suite took. Jest's own results hold the
// errors themselves, and those of child processes cannot be written as JSON: a suite that failed by one took the count of all others with it.
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { root } from '../run.mjs';

/** Names the file that is written. */
export const COUNTS_FILE = 'AITRADER_TEST_COUNTS';

export default class CountReporter {
  onRunComplete(_, { numPassedTests, numFailedTests, numRuntimeErrorTestSuites, numPendingTests, numTodoTests, testResults }) {
    const seconds = testResults.map(({ testFilePath, perfStats }) => [
      path.relative(root, testFilePath),
      (perfStats.end - perfStats.start) / 1000,
    ]);
    writeFileSync(
      process.env[COUNTS_FILE],
      JSON.stringify({
        passed: numPassedTests,
        failed: numFailedTests + numRuntimeErrorTestSuites,
        skipped: numPendingTests + numTodoTests,
        seconds: Object.fromEntries(seconds),
      }),
    );
  }
}
