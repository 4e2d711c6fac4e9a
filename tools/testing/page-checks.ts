/** Elements without content. */
const VOID = new Set(['meta', 'br']);
const TAG = /<(\/?)([a-z][a-z0-9-]*)((?:[^<>"]|"[^"]*")*)>/gi;

/** Names of the elements that are not closed in the order in which they were opened; those of a drawing may close themselves. */
export function unbalanced(markup: string): string[] {
  const open: string[] = [];
  const problems: string[] = [];
  for (const [, closing = '', name = '', rest = ''] of markup.matchAll(TAG)) {
    if (closing === '/') {
      if (open.pop() !== name) problems.push(name);
    } else if (!rest.trimEnd().endsWith('/') && !VOID.has(name)) open.push(name);
  }
  return [...problems, ...open];
}

/** What is left of markup without its tags. */
export const withoutTags = (markup: string): string => markup.replaceAll(TAG, '');

/** The values of an attribute, in their order. */
export const attributesOf = (page: string, name: string): string[] =>
  Array.from(page.matchAll(new RegExp(` ${name}="([^"]*)"`, 'g')), ([, value = '']) => value);

/** What asks something of another page, or runs anything. */
export const OUTSIDE = /https?:|\/\/[a-z]|@import|<script|<link|<img|<iframe| src=| on[a-z]+=/i;
