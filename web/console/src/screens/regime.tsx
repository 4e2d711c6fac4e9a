import type { JSX } from 'react';
import type { SymbolForecast } from '@aitrader/application-console';

type Regime = SymbolForecast['regime'];
const SIGNS: Readonly<Record<Regime, string>> = { calm: '▁', normal: '▄', turbulent: '█' };
const TONES: Readonly<Record<Regime, string>> = { calm: 'good', normal: 'plain', turbulent: 'warn' };

/** What a symbol's market is like: as a word, and as a bar that is the higher the wilder it is. */
export const RegimeMark = ({ regime }: { readonly regime: Regime }): JSX.Element => (
  <span className={`tone-${TONES[regime]}`}>
    <span aria-hidden="true">{SIGNS[regime]}</span> {regime}
  </span>
);
