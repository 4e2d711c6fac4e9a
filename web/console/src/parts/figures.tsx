import type { JSX, ReactNode } from 'react';

export type Tone = 'good' | 'warn' | 'bad' | 'up' | 'down' | 'quiet' | 'plain';

interface FigureProps {
  readonly label: string;
  readonly children: ReactNode;
  readonly tone?: Tone;
  readonly hint?: ReactNode;
}

/** A list of figures, each with what it is of. */
export const Figures = ({ children }: { readonly children: ReactNode }): JSX.Element => <dl className="figures">{children}</dl>;

export const Figure = ({ label, children, tone = 'plain', hint }: FigureProps): JSX.Element => (
  <div className="figure">
    <dt>{label}</dt>
    <dd className={`tone-${tone}`}>
      {children}
      {hint !== undefined && <small>{hint}</small>}
    </dd>
  </div>
);

/** A word with a tone, and a sign before it: the colour alone says nothing. */
export const Badge = ({ tone, children }: { readonly tone: Tone; readonly children: ReactNode }): JSX.Element => (
  <span className={`badge tone-${tone}`}>{children}</span>
);

const SIGNS: Readonly<Record<'good' | 'warn' | 'bad' | 'quiet', string>> = { good: '●', warn: '▲', bad: '✕', quiet: '○' };

/** A light: a sign of its own for each tone, and words. */
export const Light = ({
  tone,
  name,
  words,
}: {
  readonly tone: keyof typeof SIGNS;
  readonly name: string;
  readonly words: string;
}): JSX.Element => (
  <span className="light" title={`${name}: ${words}`}>
    <span className={`sign tone-${tone}`} aria-hidden="true">
      {SIGNS[tone]}
    </span>
    <span className="name">{name}</span> <span className="words">{words}</span>
  </span>
);

/** The tone of what was won or lost. */
export const toneOf = (value: number): Tone => (value > 0 ? 'up' : value < 0 ? 'down' : 'plain');
