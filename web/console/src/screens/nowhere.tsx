import { Link } from '@tanstack/react-router';
import type { JSX } from 'react';

/** What an address shows that is no screen's. */
export const Nowhere = (): JSX.Element => (
  <main id="screen" className="alone">
    <h1>There is no such screen</h1>
    <p>
      <Link to="/runs">All recordings</Link>
    </p>
  </main>
);
