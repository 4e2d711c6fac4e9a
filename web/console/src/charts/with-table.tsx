import { useState, type JSX, type ReactNode } from 'react';
import { ToggleButton } from 'react-aria-components';

interface WithTableProps {
  readonly label: string;
  readonly heads: readonly string[];
  /** the first cell of each names it */
  readonly rows: readonly (readonly string[])[];
  readonly children: ReactNode;
}

/** Rows that a table of a chart shows at the most: the latest. */
const ROWS_MAX = 200;

/** A chart, and the same figures as a table for who cannot read a picture, or wants them exactly. */
export function WithTable({ label, heads, rows, children }: WithTableProps): JSX.Element {
  const [isTable, setTable] = useState(false);
  return (
    <>
      <div className="chart-tools">
        <ToggleButton className="button quiet" isSelected={isTable} onChange={setTable}>
          {isTable ? 'As a chart' : 'As a table'}
        </ToggleButton>
      </div>
      {isTable ? <FigureTable label={label} heads={heads} rows={rows.slice(-ROWS_MAX).reverse()} /> : children}
    </>
  );
}

const FigureTable = ({ label, heads, rows }: Omit<WithTableProps, 'children'>): JSX.Element => (
  <div className="table-scroll low" tabIndex={0} role="region" aria-label={`${label}, as a table`}>
    <table className="data" aria-label={label}>
      <thead>
        <tr>
          {heads.map((head, i) => (
            <th key={head} scope="col" className={i === 0 ? 'text' : 'number'}>
              {head}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map(([first = '', ...rest]) => (
          <tr key={first}>
            <th scope="row">{first}</th>
            {rest.map((cell, i) => (
              <td key={heads[i + 1]} className="number">
                {cell}
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  </div>
);
