import { Link } from '@tanstack/react-router';
import type { JSX } from 'react';
import type { Block, Inline } from '@aitrader/application-console';

/** A text that was read into blocks. */
export const Blocks = ({ blocks }: { readonly blocks: readonly Block[] }): JSX.Element => (
  <>
    {blocks.map((block, i) => (
      <BlockOf key={i} block={block} />
    ))}
  </>
);

function BlockOf({ block }: { readonly block: Block }): JSX.Element {
  switch (block.kind) {
    case 'heading':
      return block.level <= 2 ? (
        <h2 id={idOf(block.content)}>
          <Inlines content={block.content} />
        </h2>
      ) : (
        <h3 id={idOf(block.content)}>
          <Inlines content={block.content} />
        </h3>
      );
    case 'paragraph':
      return (
        <p>
          <Inlines content={block.content} />
        </p>
      );
    case 'quote':
      return (
        <blockquote>
          <Inlines content={block.content} />
        </blockquote>
      );
    case 'code':
      return (
        <pre tabIndex={0}>
          <code>{block.text}</code>
        </pre>
      );
    case 'list':
      return <ListOf block={block} />;
    case 'table':
      return <TableBlock block={block} />;
  }
}

function ListOf({ block: { isOrdered, items } }: { readonly block: Extract<Block, { kind: 'list' }> }): JSX.Element {
  const rows = items.map((item, i) => (
    <li key={i}>
      <Inlines content={item} />
    </li>
  ));
  return isOrdered ? <ol>{rows}</ol> : <ul>{rows}</ul>;
}

const TableBlock = ({ block: { head, rows } }: { readonly block: Extract<Block, { kind: 'table' }> }): JSX.Element => (
  <div className="table-scroll whole" tabIndex={0} role="region" aria-label="Table">
    <table className="data">
      <thead>
        <tr>
          {head.map((cell, i) => (
            <th key={i} scope="col">
              <Inlines content={cell} />
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map((row, i) => (
          <tr key={i}>
            {row.map((cell, j) => (
              <td key={j} className="wrap">
                <Inlines content={cell} />
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  </div>
);

/** What a heading is linked by. */
const idOf = (content: readonly Inline[]): string =>
  content
    .map(({ text }) => text)
    .join('')
    .toLowerCase()
    .replaceAll(/[^a-z0-9 -]/g, '')
    .replaceAll(' ', '-');

const Inlines = ({ content }: { readonly content: readonly Inline[] }): JSX.Element => (
  <>
    {content.map((one, i) => (
      <InlineOf key={i} one={one} />
    ))}
  </>
);

function InlineOf({ one }: { readonly one: Inline }): JSX.Element {
  switch (one.kind) {
    case 'text':
      return <>{one.text}</>;
    case 'code':
      return <code>{one.text}</code>;
    case 'strong':
      return <strong>{one.text}</strong>;
    case 'emphasis':
      return <em>{one.text}</em>;
    case 'link':
      return <LinkOf to={one.to} text={one.text} />;
  }
}

function LinkOf({ to, text }: { readonly to: string; readonly text: string }): JSX.Element {
  if (to.startsWith('https://'))
    return (
      <a href={to} target="_blank" rel="noreferrer">
        {text}
      </a>
    );
  const [file = '', hash] = to.split('#');
  if (file === '') return <a href={`#${hash ?? ''}`}>{text}</a>;
  return (
    <Link to="/runbooks/$runbook" params={{ runbook: file.replace(/\.md$/, '') }} {...(hash === undefined ? {} : { hash })}>
      {text}
    </Link>
  );
}
