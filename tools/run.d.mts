export declare const root: string;
export declare const node: string;
export interface Done {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}
export interface RunOptions {
  readonly cwd?: string;
  readonly stdio?: import('node:child_process').StdioOptions;
  readonly timeoutMs?: number;
}
export declare function environment(more?: Readonly<Record<string, string>>): NodeJS.ProcessEnv;
export declare function runNode(args: readonly string[], options?: RunOptions): Done;
export declare function run(
  program: 'jest' | 'nx' | 'oxlint' | 'prettier' | 'tsc',
  args: readonly string[],
  options?: RunOptions,
): Done;
export declare function underOwnNode(): void;
