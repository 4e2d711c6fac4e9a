import { describe, expect, it } from '@jest/globals';
import { headingText, markdownBlocks } from './markdown.ts';

describe('a runbook', () => {
  it('is read as blocks: headings, paragraphs, lists, code, tables, quotes', () => {
    const text = [
      ...['# The bus is lost', '', 'It is *gone*:', 'see `nats`.', '', '1. Look', '   closely', '2. **Wait**', ''],
      ...[
        '```sh',
        'aitrader runs',
        '# no heading',
        '```',
        '',
        '| what | then |',
        '| --- | --- |',
        '| a \\| b | c |',
        '',
        '> mind',
        '> it',
      ],
    ].join('\n');
    const blocks = markdownBlocks(text);
    expect(blocks).toEqual([
      { kind: 'heading', level: 1, content: [{ kind: 'text', text: 'The bus is lost' }] },
      {
        kind: 'paragraph',
        content: [
          { kind: 'text', text: 'It is ' },
          { kind: 'emphasis', text: 'gone' },
          { kind: 'text', text: ': see ' },
          { kind: 'code', text: 'nats' },
          { kind: 'text', text: '.' },
        ],
      },
      { kind: 'list', isOrdered: true, items: [[{ kind: 'text', text: 'Look closely' }], [{ kind: 'strong', text: 'Wait' }]] },
      { kind: 'code', text: 'aitrader runs\n# no heading' },
      {
        kind: 'table',
        head: [[{ kind: 'text', text: 'what' }], [{ kind: 'text', text: 'then' }]],
        rows: [[[{ kind: 'text', text: 'a | b' }], [{ kind: 'text', text: 'c' }]]],
      },
      { kind: 'quote', content: [{ kind: 'text', text: 'mind it' }] },
    ]);
    expect(headingText(blocks)).toBe('The bus is lost');
  });

  it.each([
    ['https://nats.io/docs', true],
    ['halt.md', true],
    ['halt.md#resume', true],
    ['#below', true],
    ['javascript:alert', false],
    ['data:text/html,x', false],
    ['http://plain.example', false],
    ['//elsewhere.example', false],
    ['../secret', false],
  ])('leads to %s: %s', (to, leads) => {
    const [block] = markdownBlocks(`[there](${to})`);
    expect(block).toEqual({
      kind: 'paragraph',
      content: [leads ? { kind: 'link', text: 'there', to } : { kind: 'text', text: 'there' }],
    });
  });

  it('has no markup of its own: HTML is text', () => {
    const html = '<script>alert(1)</script>';
    expect(markdownBlocks(html)).toEqual([{ kind: 'paragraph', content: [{ kind: 'text', text: html }] }]);
  });

  it('comes to an end, whatever it is', () => {
    for (const text of ['```', '|', '| a |', '-', '- ', '#', '>', '**', '[](', '\n\n', '    ', '1.'])
      expect(markdownBlocks(text).length).toBeLessThan(3);
  });
});
