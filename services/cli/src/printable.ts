/** Characters that a terminal obeys instead of showing: controls, and those that turn the direction of writing. */
// oxlint-disable-next-line eslint/no-control-regex -- these are the characters that are looked for
const OBEYED = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;

/** A text with what came from outside, such that it can do nothing to a terminal but be shown. Tabs and line feeds stay. */
export const printable = (text: string): string =>
  text.replace(OBEYED, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`);
