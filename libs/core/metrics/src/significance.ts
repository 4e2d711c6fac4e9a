/** A test statistic and the probability of one at least as extreme if the hypothesis tested is true. */
export interface TestResult {
  readonly statistic: number;
  readonly pValue: number;
}
