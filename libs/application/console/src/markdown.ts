/*
 * As much of Markdown as runbooks are written in: headings, paragraphs, lists, fenced code, tables, quotes; and within a line code, strong words,
 * emphasis and links.
 *
 * 1. What comes out is data, never markup: HTML in a text is text.
 * 2. A link leads to the web by https, to another runbook, or to a place of its page; one that would lead anywhere else is its words alone.
 * 3. Nothing is refused: what is not understood is text.
 */

export type Inline =
  | { readonly kind: 'text' | 'code' | 'strong' | 'emphasis'; readonly text: string }
  | { readonly kind: 'link'; readonly text: string; readonly to: string };

export type Block =
  | { readonly kind: 'heading'; readonly level: number; readonly content: readonly Inline[] }
  | { readonly kind: 'paragraph' | 'quote'; readonly content: readonly Inline[] }
  | { readonly kind: 'code'; readonly text: string }
  | { readonly kind: 'list'; readonly isOrdered: boolean; readonly items: readonly (readonly Inline[])[] }
  | {
      readonly kind: 'table';
      readonly head: readonly (readonly Inline[])[];
      readonly rows: readonly (readonly (readonly Inline[])[])[];
    };

const FENCE = /^\s*(?:```|~~~)/;
const HEADING = /^(#{1,6})\s+(.*?)\s*#*$/;
const ITEM = /^\s*(?:[-*+]|\d{1,3}[.)])\s+(.*)$/;
const ORDERED = /^\s*\d/;
const ROW = /^\s*\|.*\|\s*$/;
const RULE = /^\s*\|[\s:|-]+\|\s*$/;
const QUOTE = /^\s*>\s?(.*)$/;

/** The blocks of a text, in their order. */
export function markdownBlocks(text: string): readonly Block[] {
  const lines = text.replaceAll('\r\n', '\n').split('\n');
  const blocks: Block[] = [];
  for (let at = 0; at < lines.length;) {
    const [block, next] = blockAt(lines, at);
    if (block !== undefined) blocks.push(block);
    at = next;
  }
  return blocks;
}

type Found = readonly [block: Block | undefined, next: number];

function blockAt(lines: readonly string[], at: number): Found {
  const line = lines[at] ?? '';
  if (line.trim() === '') return [undefined, at + 1];
  if (FENCE.test(line)) return codeAt(lines, at);
  const [, marks, title] = HEADING.exec(line) ?? [];
  if (marks !== undefined) return [{ kind: 'heading', level: marks.length, content: inlines(title ?? '') }, at + 1];
  if (ROW.test(line) && RULE.test(lines[at + 1] ?? '')) return tableAt(lines, at);
  if (ITEM.test(line)) return listAt(lines, at);
  const isQuote = QUOTE.test(line);
  const end = endOf(lines, at, (one) => one.trim() !== '' && QUOTE.test(one) === isQuote && (isQuote || !beginsAnother(one)));
  const said = lines.slice(at, end).map((one) => (isQuote ? (QUOTE.exec(one)?.[1] ?? '') : one).trim());
  return [{ kind: isQuote ? 'quote' : 'paragraph', content: inlines(said.join(' ')) }, end];
}

const beginsAnother = (line: string): boolean => FENCE.test(line) || HEADING.test(line) || ITEM.test(line) || ROW.test(line);

/** The first line behind `at` that is not of the same kind; at least the next one. */
function endOf(lines: readonly string[], at: number, goesOn: (line: string) => boolean): number {
  let end = at + 1;
  while (end < lines.length && goesOn(lines[end] ?? '')) end += 1;
  return end;
}

function codeAt(lines: readonly string[], at: number): Found {
  const end = endOf(lines, at, (line) => !FENCE.test(line));
  return [{ kind: 'code', text: lines.slice(at + 1, end).join('\n') }, end + 1];
}

function listAt(lines: readonly string[], at: number): Found {
  const isOrdered = ORDERED.test(lines[at] ?? '');
  const end = endOf(lines, at, (line) => ITEM.test(line) || (/^\s+\S/.test(line) && !FENCE.test(line)));
  const items: string[] = [];
  for (const line of lines.slice(at, end)) {
    const [, item] = ITEM.exec(line) ?? [];
    if (item !== undefined) items.push(item);
    else items.push(`${items.pop() ?? ''} ${line.trim()}`);
  }
  return [{ kind: 'list', isOrdered, items: items.map(inlines) }, end];
}

const cellsOf = (line: string): readonly (readonly Inline[])[] =>
  line
    .trim()
    .slice(1, -1)
    .split(/(?<!\\)\|/)
    .map((cell) => inlines(cell.trim().replaceAll('\\|', '|')));

function tableAt(lines: readonly string[], at: number): Found {
  const end = endOf(lines, at, (line) => ROW.test(line));
  return [{ kind: 'table', head: cellsOf(lines[at] ?? ''), rows: lines.slice(at + 2, end).map(cellsOf) }, end];
}

const INLINE = /`([^`]+)`|\*\*([^*]+)\*\*|(?<![\w*])[*_]([^*_]+)[*_](?![\w*])|\[([^\]]+)\]\(([^()\s]+)\)/g;

function inlines(text: string): readonly Inline[] {
  const found: Inline[] = [];
  let at = 0;
  for (const match of text.matchAll(INLINE)) {
    if (match.index > at) found.push({ kind: 'text', text: text.slice(at, match.index) });
    found.push(inlineOf(match));
    at = match.index + match[0].length;
  }
  if (at < text.length) found.push({ kind: 'text', text: text.slice(at) });
  return found;
}

function inlineOf([, code, strong, emphasis, words = '', to = '']: RegExpExecArray): Inline {
  if (code !== undefined) return { kind: 'code', text: code };
  if (strong !== undefined) return { kind: 'strong', text: strong };
  if (emphasis !== undefined) return { kind: 'emphasis', text: emphasis };
  return isSafe(to) ? { kind: 'link', text: words, to } : { kind: 'text', text: words };
}

const isSafe = (to: string): boolean => /^https:\/\/[\w.-]+(?:[/?#]|$)/.test(to) || /^(?:[\w-]+\.md)?(?:#[\w-]+)?$/.test(to);

/** The words of inline content. */
export const wordsOf = (content: readonly Inline[]): string => content.map(({ text }) => text).join('');

/** The words of the first heading; empty where there is none. */
export function headingText(blocks: readonly Block[]): string {
  for (const block of blocks) if (block.kind === 'heading') return wordsOf(block.content);
  return '';
}
