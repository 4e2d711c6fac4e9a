import { Link } from '@tanstack/react-router';
import type { JSX, ReactNode } from 'react';
import { ThemeButton } from './theme.tsx';

/** Screens of the home, which are of no run. */
export const HOME_SCREENS = [
  { to: '/runs', title: 'Recordings', key: 'l' },
  { to: '/history', title: 'History', key: 'y' },
  { to: '/backtests', title: 'Backtests', key: 'k' },
  { to: '/runbooks', title: 'Runbooks', key: 'h' },
] as const;

/** What stands around every screen of the home. */
export const HomeFrame = ({ children }: { readonly children: ReactNode }): JSX.Element => (
  <div className="frame plain">
    <a className="skip" href="#screen">
      Skip to the screen
    </a>
    <header className="top">
      <div className="bar">
        <Link to="/runs" className="brand">
          AI Trader
        </Link>
        <nav className="tabs" aria-label="Home">
          {HOME_SCREENS.map(({ to, title }) => (
            <Link key={to} to={to} activeOptions={{ includeSearch: false }}>
              {title}
            </Link>
          ))}
        </nav>
        <div className="actions">
          <ThemeButton />
        </div>
      </div>
    </header>
    <main id="screen" tabIndex={-1}>
      {children}
    </main>
  </div>
);
