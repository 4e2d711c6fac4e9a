import type { JSX } from 'react';
import { Light } from '../parts/figures.tsx';
import { useRun } from '../stream/run-context.tsx';
import type { RunState } from '../stream/run-state.ts';
import { brokerLight, busLight, databaseLight, dataLight, servicesLight } from '../words/lights.ts';

const LIGHTS = [dataLight, brokerLight, busLight, servicesLight, databaseLight];

/** How what the run stands on is: its data, its broker, the bus, the services. */
export function Lights(): JSX.Element {
  const state = useRun((all: RunState) => all);
  return (
    <ul className="lights" aria-label="Lights">
      {LIGHTS.map((light) => {
        const { name, tone, words } = light(state);
        return (
          <li key={name}>
            <Light tone={tone} name={name} words={words} />
          </li>
        );
      })}
    </ul>
  );
}
