/** Problems that the message shows; a file of thousands of wrong entries must not flood a terminal. */
const SHOWN_MAX = 20;

/** All that is wrong with a configuration, in one error: each problem names the source, the field and the value. */
export class ConfigurationError extends Error {
  override readonly name = 'ConfigurationError';
  readonly problems: readonly string[];
  constructor(source: string, problems: readonly string[]) {
    super(problems.length === 1 ? `${source}: ${problems[0]}` : `${source}:\n${listed(problems)}`);
    this.problems = problems;
  }
}

function listed(problems: readonly string[]): string {
  const lines = problems.slice(0, SHOWN_MAX).map((problem) => `  ${problem}`);
  if (problems.length > SHOWN_MAX) lines.push(`  and ${problems.length - SHOWN_MAX} more`);
  return lines.join('\n');
}
