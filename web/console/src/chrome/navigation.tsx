import { Link } from '@tanstack/react-router';
import type { JSX } from 'react';
import { useProposals } from '../api/queries.ts';
import { useRunName } from '../stream/run-context.tsx';
import { HOME_SCREENS } from './home-frame.tsx';
import { GROUPS, SCREENS } from './screens.ts';

/** The screens of a run. */
export function Navigation(): JSX.Element {
  const run = useRunName();
  return (
    <nav className="screens" aria-label="Screens">
      {Object.entries(GROUPS).map(([group, title]) => (
        <div key={group} className="group">
          <p aria-hidden="true">{title}</p>
          <ul>
            {SCREENS.filter((screen) => screen.group === group).map(({ to, title: name, key }) => (
              <li key={to}>
                <Link to={to} params={{ run }} activeOptions={{ exact: to === '/runs/$run', includeSearch: false }}>
                  {name}
                  {to === '/runs/$run/proposals' && <OpenProposals />}
                  <kbd aria-hidden="true">g {key}</kbd>
                </Link>
              </li>
            ))}
          </ul>
        </div>
      ))}
      <div className="group">
        <p aria-hidden="true">Home</p>
        <ul>
          {HOME_SCREENS.map(({ to, title, key }) => (
            <li key={to}>
              <Link to={to} activeOptions={{ exact: true }}>
                {title}
                <kbd aria-hidden="true">g {key}</kbd>
              </Link>
            </li>
          ))}
        </ul>
      </div>
    </nav>
  );
}

/** How many proposals somebody has to decide on. */
function OpenProposals(): JSX.Element | null {
  const { data = [] } = useProposals(useRunName());
  const open = data.filter(({ standing }) => standing === 'open' || standing === 'unrecorded').length;
  if (open === 0) return null;
  return (
    <strong className="tone-warn">
      {open} <span className="visually-hidden">to decide on</span>
    </strong>
  );
}
