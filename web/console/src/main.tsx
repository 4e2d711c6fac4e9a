import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { ConsoleError } from './api/client.ts';
import { router } from './routes.tsx';
import './styles/tokens.css';
import './styles/base.css';
import './styles/chrome.css';
import './styles/tables.css';
import './styles/panels.css';
import './styles/windows.css';
import './styles/machine.css';
import './styles/home.css';

/** What the console refuses is not asked for again: it would say the same. */
const RETRIES_MAX = 2;
const queries = new QueryClient({
  defaultOptions: { queries: { retry: (failures, error) => !(error instanceof ConsoleError) && failures < RETRIES_MAX } },
});

const root = document.getElementById('root');
if (root === null) throw new Error('the page has no place for the console');
createRoot(root).render(
  <StrictMode>
    <QueryClientProvider client={queries}>
      <RouterProvider router={router} />
    </QueryClientProvider>
  </StrictMode>,
);
