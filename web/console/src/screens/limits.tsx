import type { JSX, ReactNode } from 'react';
import { useConfiguration } from '../api/queries.ts';
import { Operations } from '../commands/operations.tsx';
import { Asked } from '../parts/asked.tsx';
import { Panel } from '../parts/panel.tsx';
import { useRunName } from '../stream/run-context.tsx';
import { settingsIn } from '../words/settings.ts';

const partOf = (document: unknown, name: string): unknown =>
  typeof document === 'object' && document !== null ? (document as Readonly<Record<string, unknown>>)[name] : undefined;

/** Part of the configuration that the run was begun with. */
export const Configured = ({
  part,
  title,
  aside,
}: {
  readonly part: string;
  readonly title: string;
  readonly aside?: ReactNode;
}): JSX.Element => (
  <Panel title={title} aside={aside}>
    <Asked query={useConfiguration(useRunName())} waiting="Asking for the configuration…">
      {(configuration) => (
        <dl className="settings">
          {settingsIn(partOf(configuration, part)).map(({ path, value }) => (
            <div key={path}>
              <dt>{path}</dt>
              <dd>{value}</dd>
            </div>
          ))}
        </dl>
      )}
    </Asked>
  </Panel>
);

/** The limits that the run was begun with; operators can make them smaller. */
export const Limits = (): JSX.Element => (
  <Configured part="risk" title="Limits, as configured" aside={<Operations kinds={['limits']} />} />
);
