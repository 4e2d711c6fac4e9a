import { Link } from '@tanstack/react-router';
import type { JSX } from 'react';

interface TabsProps {
  readonly label: string;
  readonly current: string;
  readonly tabs: readonly (readonly [id: string, title: string])[];
}

/** Parts of a screen, each with a link of its own. The first one is what the screen's link without a part leads to. */
export const Tabs = ({ label, current, tabs }: TabsProps): JSX.Element => (
  <nav className="tabs" aria-label={label}>
    {tabs.map(([id, title], i) => (
      <Link key={id} to="." search={i === 0 ? {} : { tab: id }} replace aria-current={id === current ? 'page' : undefined}>
        {title}
      </Link>
    ))}
  </nav>
);
