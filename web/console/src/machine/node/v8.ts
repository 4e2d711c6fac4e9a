/** What the engine takes of `node:v8`: a hint to the compiler, which a browser takes none of. */
export const setFlagsFromString = (): void => undefined;
