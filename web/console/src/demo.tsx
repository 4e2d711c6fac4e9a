import { StrictMode, type JSX } from 'react';
import { createRoot } from 'react-dom/client';
import { useTheme } from './chrome/theme.tsx';
import { DayMachine } from './machine/day-machine.tsx';
import './styles/tokens.css';
import './styles/base.css';
import './styles/tables.css';
import './styles/panels.css';
import './styles/machine.css';

/** Three days of a made-up market, decided by the five stages in this page: there is no server behind it. */
function Demo(): JSX.Element {
  useTheme();
  return (
    <main className="demo">
      <div className="screen-head">
        <h1>AI Trader: a day decided in your browser</h1>
      </div>
      <p>
        These are the stages that trade, in this page alone: probability, strategy, risk and execution. They decide three days of
        a made-up market here, and whether to the same byte as the machine that made this page stands below. Change a figure, and
        see where the days would have parted; go to any minute, and ask why.
      </p>
      <DayMachine url="./sample.tape" />
    </main>
  );
}

const root = document.getElementById('root');
if (root === null) throw new Error('the page has no place for the demonstration');
createRoot(root).render(
  <StrictMode>
    <Demo />
  </StrictMode>,
);
