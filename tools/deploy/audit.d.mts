export interface Finding {
  readonly advisory: string;
  readonly package: string;
  readonly severity: string;
  readonly title: string;
}
export interface AuditException {
  readonly advisory?: string;
  readonly package?: string;
  readonly reason?: string;
  /** a date, the last one on which it counts */
  readonly until?: string;
}
export declare function findings(answer: string): readonly Finding[];
export declare function problemsOf(
  found: readonly Finding[],
  exceptions: readonly AuditException[],
  today: string,
): readonly string[];
