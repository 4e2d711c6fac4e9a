import type { JSX } from 'react';

/** Up or down, as a sign and as a word. */
export const Direction = ({ up, words }: { readonly up: boolean; readonly words: string }): JSX.Element => (
  <span className={`direction tone-${up ? 'up' : 'down'}`}>
    <span aria-hidden="true">{up ? '▲' : '▼'}</span> {words}
  </span>
);
