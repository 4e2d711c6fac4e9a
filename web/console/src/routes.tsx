import { createRootRoute, createRoute, createRouter, Outlet } from '@tanstack/react-router';
import type { JSX } from 'react';
import { screenSearch } from './chrome/screen-search.ts';
import { useParam } from './chrome/params.ts';
import { Shell } from './chrome/shell.tsx';
import { useTheme } from './chrome/theme.tsx';
import { Audit } from './screens/audit.tsx';
import { Backtests } from './screens/backtests.tsx';
import { Execution } from './screens/execution.tsx';
import { FirstRun } from './screens/first-run.tsx';
import { History } from './screens/history.tsx';
import { Ingest } from './screens/ingest.tsx';
import { Machine } from './screens/machine.tsx';
import { Mission } from './screens/mission.tsx';
import { Nowhere } from './screens/nowhere.tsx';
import { Portfolio } from './screens/portfolio.tsx';
import { Probability } from './screens/probability.tsx';
import { Proposals } from './screens/proposals.tsx';
import { Readiness } from './screens/readiness.tsx';
import { Risk } from './screens/risk.tsx';
import { Runbook, Runbooks } from './screens/runbooks.tsx';
import { Runs } from './screens/runs.tsx';
import { Strategy } from './screens/strategy.tsx';
import { Sweep } from './screens/sweep.tsx';
import { SymbolScreen } from './screens/symbol.tsx';
import { TraceScreen } from './screens/trace.tsx';
import { WhyScreen } from './screens/why.tsx';
import { RunProvider } from './stream/run-context.tsx';

function Root(): JSX.Element {
  useTheme();
  return <Outlet />;
}

function OneRun(): JSX.Element {
  const name = useParam('run');
  return (
    <RunProvider run={name} key={name}>
      <Shell />
    </RunProvider>
  );
}

const root = createRootRoute({ component: Root, notFoundComponent: Nowhere, validateSearch: screenSearch });
const run = createRoute({ getParentRoute: () => root, path: '/runs/$run', component: OneRun });
const ofRun = () => run;

const tree = root.addChildren([
  createRoute({ getParentRoute: () => root, path: '/', component: FirstRun }),
  createRoute({ getParentRoute: () => root, path: '/runs', component: Runs }),
  createRoute({ getParentRoute: () => root, path: '/backtests', component: Backtests }),
  createRoute({ getParentRoute: () => root, path: '/sweeps/$sweep', component: Sweep }),
  createRoute({ getParentRoute: () => root, path: '/history', component: History }),
  createRoute({ getParentRoute: () => root, path: '/runbooks', component: Runbooks }),
  createRoute({ getParentRoute: () => root, path: '/runbooks/$runbook', component: Runbook }),
  run.addChildren([
    createRoute({ getParentRoute: ofRun, path: '/', component: Mission }),
    createRoute({ getParentRoute: ofRun, path: '/readiness', component: Readiness }),
    createRoute({ getParentRoute: ofRun, path: '/ingest', component: Ingest }),
    createRoute({ getParentRoute: ofRun, path: '/probability', component: Probability }),
    createRoute({ getParentRoute: ofRun, path: '/strategy', component: Strategy }),
    createRoute({ getParentRoute: ofRun, path: '/risk', component: Risk }),
    createRoute({ getParentRoute: ofRun, path: '/execution', component: Execution }),
    createRoute({ getParentRoute: ofRun, path: '/portfolio', component: Portfolio }),
    createRoute({ getParentRoute: ofRun, path: '/symbols/$symbol', component: SymbolScreen }),
    createRoute({ getParentRoute: ofRun, path: '/trace', component: TraceScreen }),
    createRoute({ getParentRoute: ofRun, path: '/why', component: WhyScreen }),
    createRoute({ getParentRoute: ofRun, path: '/machine', component: Machine }),
    createRoute({ getParentRoute: ofRun, path: '/proposals', component: Proposals }),
    createRoute({ getParentRoute: ofRun, path: '/audit', component: Audit }),
  ]),
]);

/** Every screen, and where it is. */
export const router = createRouter({ routeTree: tree, defaultPreload: false });

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router;
  }
}
