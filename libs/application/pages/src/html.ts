/*
 * 1. Text and numbers are escaped wherever they are put into a template; only Html goes in as it is.
 * 2. Only `html` makes Html, from the literal parts of the source.
 */

/** Markup that is safe to put into a page. */
export interface Html {
  readonly markup: string;
}

export type Content = Html | string | number | readonly Content[];

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

/** Text as it stands in content or inside a quoted attribute. */
export const escapeText = (text: string): string => text.replaceAll(/[&<>"']/g, (character) => ENTITIES[character] ?? '');

function markupOf(content: Content): string {
  if (typeof content === 'string') return escapeText(content);
  if (typeof content === 'number') return escapeText(String(content));
  return 'markup' in content ? content.markup : content.map(markupOf).join('');
}

/** Tag of a template whose literal parts are markup and whose values are content. */
export function html(parts: TemplateStringsArray, ...values: readonly Content[]): Html {
  return { markup: parts.map((part, i) => part + (i < values.length ? markupOf(values[i] ?? '') : '')).join('') };
}

export const NOTHING: Html = { markup: '' };
