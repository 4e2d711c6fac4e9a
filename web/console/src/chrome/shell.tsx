import { Link, Outlet, useNavigate } from '@tanstack/react-router';
import { useMemo, useState, type JSX } from 'react';
import { Button } from 'react-aria-components';
import { useRuns, useSession } from '../api/queries.ts';
import { CommandDialog, operationsOf, type CommandKind, OPERATIONS } from '../commands/command-dialog.tsx';
import { KillSwitch } from '../commands/kill-switch.tsx';
import { useKept } from '../parts/kept.ts';
import { useRun, useRunName } from '../stream/run-context.tsx';
import { Alerts } from './alerts.tsx';
import { CommandPalette, type PaletteEntry } from './command-palette.tsx';
import { DayResult } from './day-result.tsx';
import { Environment } from './environment.tsx';
import { FreshnessStamp } from './freshness-stamp.tsx';
import { HOME_SCREENS } from './home-frame.tsx';
import { Lights } from './lights.tsx';
import { TradingMode } from './mode.tsx';
import { Navigation } from './navigation.tsx';
import { SCREENS } from './screens.ts';
import { SessionClock } from './session-clock.tsx';
import { ShortcutList } from './shortcut-list.tsx';
import { useShortcuts, type Shortcut } from './shortcuts.ts';
import { ThemeButton } from './theme.tsx';

/** What stands around every screen of a run: where it is and how it is, and the ways to stop it, to go elsewhere and to command. */
export function Shell(): JSX.Element {
  const [open, setOpen] = useState<'kill' | 'palette' | 'keys' | CommandKind | undefined>();
  const close = (): void => setOpen(undefined);
  const [singleKeys, keepSingleKeys] = useKept('single-keys', 'on');
  const isLive = useRun(({ head }) => head?.isLive);
  const shortcuts = useScreenShortcuts(setOpen);
  const entries = usePaletteEntries(setOpen);
  useShortcuts(shortcuts, singleKeys === 'on');
  return (
    <div className={`frame ${isLive === undefined ? '' : isLive ? 'live' : 'paper'}`}>
      <a className="skip" href="#screen">
        Skip to the screen
      </a>
      <header className="top">
        <div className="bar">
          <Link to="/runs" className="brand">
            AI Trader
          </Link>
          <Environment />
          <TradingMode />
          <div className="actions">
            <Button className="button quiet palette-opener" aria-keyshortcuts="Control+K" onPress={() => setOpen('palette')}>
              Find <kbd aria-hidden="true">Ctrl K</kbd>
            </Button>
            <Alerts />
            <KillSwitch isOpen={open === 'kill'} setOpen={(is) => setOpen(is ? 'kill' : undefined)} />
          </div>
        </div>
        <div className="strip">
          <SessionClock />
          <DayResult />
          <Lights />
          <FreshnessStamp />
        </div>
      </header>
      <Navigation />
      <main id="screen" tabIndex={-1}>
        <Outlet />
      </main>
      <footer className="bottom">
        <VersionLine />
        <Button className="button quiet" onPress={() => setOpen('keys')}>
          Keys <kbd aria-hidden="true">?</kbd>
        </Button>
        <ThemeButton />
      </footer>
      <CommandPalette isOpen={open === 'palette'} onClose={close} entries={entries} />
      <ShortcutList
        shortcuts={shortcuts}
        isOpen={open === 'keys'}
        onClose={close}
        areSingleKeysOn={singleKeys === 'on'}
        setSingleKeys={(on) => keepSingleKeys(on ? 'on' : 'off')}
      />
      {OPERATIONS.some(({ kind }) => kind === open) && <CommandDialog kind={open as CommandKind} onClose={close} />}
    </div>
  );
}

type Opened = 'kill' | 'palette' | 'keys' | CommandKind;

function useScreenShortcuts(setOpen: (open: Opened) => void): readonly Shortcut[] {
  const navigate = useNavigate();
  const run = useRunName();
  return useMemo(
    () => [
      { keys: 'Shift+K', words: 'kill switch', run: () => setOpen('kill') },
      { keys: 'Mod+k', words: 'find a screen, symbol, run or command', run: () => setOpen('palette'), isChord: true },
      { keys: '/', words: 'search the table of the screen', run: focusSearch },
      { keys: '?', words: 'this list', run: () => setOpen('keys') },
      ...SCREENS.map(({ to, title, key }) => ({
        keys: `g ${key}`,
        words: title,
        run: () => void navigate({ to, params: { run }, search: {} }),
      })),
      ...HOME_SCREENS.map(({ to, title, key }) => ({
        keys: `g ${key}`,
        words: title,
        run: () => void navigate({ to, search: {} }),
      })),
      { keys: 'j', words: 'first row of the table of the screen', run: focusFirstRow },
    ],
    [navigate, run, setOpen],
  );
}

function usePaletteEntries(setOpen: (open: Opened) => void): () => readonly PaletteEntry[] {
  const navigate = useNavigate();
  const run = useRunName();
  const symbols = useRun(({ tables }) => tables.symbols.byKey);
  const isLive = useRun(({ head }) => head?.isLive === true);
  const { data: runs = [] } = useRuns();
  return () => [
    ...SCREENS.map(({ to, title, key }) => ({
      id: to,
      title,
      kind: 'screen',
      keys: `g ${key}`,
      run: () => void navigate({ to, params: { run }, search: {} }),
    })),
    ...HOME_SCREENS.map(({ to, title, key }) => ({
      id: to,
      title,
      kind: 'screen',
      keys: `g ${key}`,
      run: () => void navigate({ to, search: {} }),
    })),
    { id: 'kill', title: 'Kill switch', kind: 'command', keys: 'Shift+K', run: () => setOpen('kill') },
    ...operationsOf(isLive).map(({ kind, title }) => ({ id: kind, title, kind: 'command', run: () => setOpen(kind) })),
    ...[...symbols.keys()].map((symbol) => ({
      id: `symbol ${symbol}`,
      title: symbol,
      kind: 'symbol',
      run: () => void navigate({ to: '/runs/$run/symbols/$symbol', params: { run, symbol }, search: {} }),
    })),
    ...runs.map((row) => ({
      id: `run ${row.run}`,
      title: row.run,
      kind: 'run',
      run: () => void navigate({ to: '/runs/$run', params: { run: row.run }, search: {} }),
    })),
  ];
}

const focusSearch = (): void => document.querySelector<HTMLInputElement>('main input[type="search"]')?.focus();
const focusFirstRow = (): void => document.querySelector<HTMLElement>('main tbody .row-opener')?.focus();

/** Which code wrote the run, and whether this console is of another one. The services of a run are all of its code: it is gone on with by no other. */
function VersionLine(): JSX.Element {
  const head = useRun((state) => state.head);
  const { data: session } = useSession();
  if (head === undefined) return <p />;
  const { code, symbols, shards, timeframe } = head;
  return (
    <p>
      written by {code} · {symbols} symbols in {shards} {shards === 1 ? 'shard' : 'shards'} · {timeframe} bars
      {session !== undefined && session.code !== code && <span className="tone-warn"> · ▲ this console is {session.code}</span>}
    </p>
  );
}
