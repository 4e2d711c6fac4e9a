/** All that is wrong with a configuration, in one error: each problem names the source, the field and the value. */
export class ConfigurationError extends Error {
  override readonly name = 'ConfigurationError';
  readonly problems: readonly string[];
  constructor(source: string, problems: readonly string[]) {
    super(
      problems.length === 1 ? `${source}: ${problems[0]}` : `${source}:\n${problems.map((problem) => `  ${problem}`).join('\n')}`,
    );
    this.problems = problems;
  }
}
