/** Thrown when an archive cannot be read, or cannot take what it is given; the message begins with the archive, or a file of it. */
export class ArchiveError extends Error {
  override readonly name = 'ArchiveError';
  constructor(place: string, problem: string, options?: ErrorOptions) {
    super(`${place}: ${problem}`, options);
  }
}
