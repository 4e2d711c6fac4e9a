import { useState, type JSX } from 'react';
import { Link } from '@tanstack/react-router';
import { Button } from 'react-aria-components';
import { Window } from '../parts/dialog.tsx';
import { useKept } from '../parts/kept.ts';
import { useNow } from '../parts/now.ts';
import { useRun, useRunName } from '../stream/run-context.tsx';
import type { RunState } from '../stream/run-state.ts';
import { alertsOf, type Alert } from '../words/alerts.ts';

const SCREEN_OF = {
  mission: '/runs/$run',
  execution: '/runs/$run/execution',
  risk: '/runs/$run/risk',
  portfolio: '/runs/$run/portfolio',
  ingest: '/runs/$run/ingest',
  audit: '/runs/$run/audit',
} as const;

/** Alerts that this browser was told to take for known: `run/key` each. Kept here alone: nobody else is told. */
function useKnown(run: string): readonly [ReadonlySet<string>, (key: string) => void] {
  const [text, keep] = useKept(`known.${run}`, '[]');
  const known = new Set(JSON.parse(text) as readonly string[]);
  return [known, (key) => keep(JSON.stringify([...known, key]))];
}

/** What a person should know now, on every screen: the first of the urgent ones in words, and all of them in a window. */
export function Alerts(): JSX.Element {
  const run = useRunName();
  const now = useNow();
  const state = useRun((all: RunState) => all);
  const [known, know] = useKnown(run);
  const [isOpen, setOpen] = useState(false);
  const alerts = alertsOf(state, now);
  const fresh = alerts.filter(({ key }) => !known.has(key));
  const tone = fresh.length === 0 ? 'quiet' : fresh[0]?.severity === 'urgent' ? 'bad' : 'warn';
  return (
    <>
      <Button className={`button alerts tone-${tone}`} onPress={() => setOpen(true)}>
        <span aria-hidden="true">{fresh.length === 0 ? '○' : '▲'}</span> {fresh.length} {fresh.length === 1 ? 'alert' : 'alerts'}
      </Button>
      <p className="visually-hidden" role="alert">
        {fresh
          .filter(({ severity }) => severity === 'urgent')
          .map(({ title, words }) => `${title}: ${words}`)
          .join('. ')}
      </p>
      <Window title="Alerts" isOpen={isOpen} onClose={() => setOpen(false)}>
        {alerts.length === 0 && <p className="empty">Nothing to tell.</p>}
        <ul className="alert-list">
          {alerts.map((alert) => (
            <AlertRow
              key={alert.key}
              run={run}
              alert={alert}
              isKnown={known.has(alert.key)}
              onKnow={() => know(alert.key)}
              onGo={() => setOpen(false)}
            />
          ))}
        </ul>
        <p className="note">What you acknowledge is kept in this browser alone.</p>
        <div className="buttons">
          <Button className="button" slot="close">
            Close
          </Button>
        </div>
      </Window>
    </>
  );
}

function AlertRow({
  run,
  alert,
  isKnown,
  onKnow,
  onGo,
}: {
  readonly run: string;
  readonly alert: Alert;
  readonly isKnown: boolean;
  readonly onKnow: () => void;
  readonly onGo: () => void;
}): JSX.Element {
  const { severity, title, words, screen, about } = alert;
  return (
    <li className={`alert ${severity}${isKnown ? ' known' : ''}`}>
      <span aria-hidden="true" className={`sign tone-${severity === 'urgent' ? 'bad' : 'warn'}`}>
        {severity === 'urgent' ? '✕' : '▲'}
      </span>
      <div>
        <strong>{title}</strong> <small>{severity}</small>
        <p>{words}</p>
      </div>
      <Link className="button quiet" to={SCREEN_OF[screen]} params={{ run }} onClick={onGo}>
        Show
      </Link>
      <Link className="button quiet" to="/runbooks" search={about === '' ? {} : { q: about }} onClick={onGo}>
        Runbooks
      </Link>
      <Button className="button quiet" isDisabled={isKnown} onPress={onKnow}>
        {isKnown ? 'Acknowledged' : 'Acknowledge'}
      </Button>
    </li>
  );
}
