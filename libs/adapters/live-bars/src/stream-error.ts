/** Thrown, or told, when a vendor refuses a stream for good: by keys, by plan, by what was asked for. */
export class StreamRefused extends Error {
  override readonly name = 'StreamRefused';
  readonly vendor: string;
  readonly code: number;
  constructor(vendor: string, code: number, problem: string) {
    super(`${vendor}: ${problem} (code ${code})`);
    this.vendor = vendor;
    this.code = code;
  }
}
