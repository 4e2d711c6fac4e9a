import { Link } from '@tanstack/react-router';
import type { JSX } from 'react';

interface TabsProps {
  readonly label: string;
  readonly tabs: readonly (readonly [id: string, title: string])[];
}

/** Parts of a screen, each with a link of its own. The first one is what the screen's link without a part leads to. */
export const Tabs = ({ label, tabs }: TabsProps): JSX.Element => (
  <nav className="tabs" aria-label={label}>
    {tabs.map(([id, title], i) => (
      <Link key={id} to="." search={{ tab: i === 0 ? undefined : id }} replace activeOptions={{ explicitUndefined: true }}>
        {title}
      </Link>
    ))}
  </nav>
);
