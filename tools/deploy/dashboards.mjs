// Dashboards for Grafana, one of the account and one of each service: what an operator looks at beside the console, made from one list.
import { STAGES } from '@aitrader/contracts';

const DATASOURCE = { type: 'prometheus', uid: 'prometheus' };
const COLUMNS = 24;

/** One picture: its title, what it asks, and what the figures are. `each` names the label that tells the lines apart. */
const picture = (title, asks, { unit = 'short', each = '{{run}}', limit, kind = 'timeseries' } = {}) => ({
  title,
  kind,
  unit,
  limit,
  asks: [asks].flat().map((expr) => ({ expr, legendFormat: each })),
});

function panelsOf(pictures) {
  const width = COLUMNS / 2;
  return pictures.map(({ title, kind, unit, limit, asks }, place) => ({
    id: place + 1,
    title,
    type: kind,
    datasource: DATASOURCE,
    gridPos: { x: (place % 2) * width, y: Math.floor(place / 2) * 8, w: width, h: 8 },
    targets: asks.map(({ expr, legendFormat }, index) => ({
      refId: String.fromCharCode(65 + index),
      datasource: DATASOURCE,
      expr,
      legendFormat,
    })),
    fieldConfig: {
      defaults: {
        unit,
        ...(limit === undefined
          ? {}
          : {
              thresholds: {
                mode: 'absolute',
                steps: [
                  { color: 'green', value: null },
                  { color: 'red', value: limit },
                ],
              },
            }),
      },
      overrides: [],
    },
    // told by words and a line, not by its colour alone
    options:
      kind === 'timeseries'
        ? { legend: { displayMode: 'table', placement: 'bottom', calcs: ['last', 'max'] }, tooltip: { mode: 'multi' } }
        : {},
  }));
}

const dashboard = (uid, title, pictures) => ({
  uid: `aitrader-${uid}`,
  title: `AI Trader: ${title}`,
  tags: ['aitrader'],
  timezone: 'America/New_York',
  schemaVersion: 41,
  refresh: '15s',
  time: { from: 'now-8h', to: 'now' },
  templating: {
    list: [
      {
        name: 'run',
        label: 'run',
        type: 'query',
        datasource: DATASOURCE,
        query: { query: 'label_values(aitrader_bus_connected, run)', refId: 'run' },
        refresh: 2,
        includeAll: true,
        allValue: '.+',
        current: { text: 'All', value: '$__all' },
      },
    ],
  },
  links: [{ title: 'other dashboards', type: 'dashboards', tags: ['aitrader'], asDropdown: true }],
  panels: panelsOf(pictures),
});

const RUN = '{run=~"$run"}';
const account = dashboard('account', 'the account', [
  picture('equity', `aitrader_account_equity_dollars${RUN}`, { unit: 'currencyUSD' }),
  picture('result of the day', `aitrader_account_result_dollars${RUN}`, { unit: 'currencyUSD' }),
  picture(
    'fall from the highest equity, and the fall that halts',
    [`aitrader_account_drawdown_ratio${RUN}`, `aitrader_account_drawdown_halt_ratio${RUN}`],
    { unit: 'percentunit' },
  ),
  picture('held, longs and shorts added up', `aitrader_account_gross_dollars${RUN}`, { unit: 'currencyUSD' }),
  picture('halts that stand', `aitrader_account_halts${RUN}`, { kind: 'stat', limit: 1 }),
  picture('doubts of the account', `aitrader_account_doubts${RUN}`, { kind: 'stat', limit: 1 }),
  picture('orders whose fate is not known', `aitrader_orders_unknown${RUN}`, { kind: 'stat', limit: 1 }),
  picture('how far the data can be relied on, D0 to D4', `aitrader_data_level${RUN}`, { kind: 'stat', limit: 2 }),
  picture('services that do not answer', `aitrader_services_silent${RUN}`, { kind: 'stat', limit: 1 }),
  picture('messages that were recorded and not read by the console', `aitrader_run_unread_messages${RUN}`),
]);

const MATTER = {
  ingest: [picture('how far the data can be relied on, D0 to D4', `aitrader_data_level${RUN}`, { limit: 2 })],
  strategy: [picture('signals a minute', `increase(aitrader_signals_total${RUN}[1m])`)],
  risk: [
    picture('refusals by gate in five minutes', `increase(aitrader_gate_refusals_total${RUN}[5m])`, { each: '{{gate}}' }),
    picture('approved and denied a minute', [
      `increase(aitrader_orders_approved_total${RUN}[1m])`,
      `increase(aitrader_denials_total${RUN}[1m])`,
    ]),
    picture(
      'fall from the highest equity, and the fall that halts',
      [`aitrader_account_drawdown_ratio${RUN}`, `aitrader_account_drawdown_halt_ratio${RUN}`],
      { unit: 'percentunit' },
    ),
  ],
  execution: [
    picture('fills a minute', `increase(aitrader_fills_total${RUN}[1m])`),
    picture('orders whose fate is not known', `aitrader_orders_unknown${RUN}`, { limit: 1 }),
    picture('doubts of the account', `aitrader_account_doubts${RUN}`, { limit: 1 }),
  ],
};

function ofStage(stage) {
  const its = `{run=~"$run",stage="${stage}"}`;
  const each = 'shard {{shard}}';
  const quantile = (share) => `histogram_quantile(${share}, sum by (le) (rate(aitrader_stage_handled_seconds_bucket${its}[5m])))`;
  return dashboard(stage, stage, [
    picture('intervals that wait for more', `aitrader_stage_waiting_intervals${its}`, { each }),
    picture(
      'messages behind the end of the recording',
      `max by (run) (aitrader_stage_read_sequence${RUN}) - on (run) group_right () aitrader_stage_read_sequence${its}`,
      { each },
    ),
    picture('how long one thing takes: half of them, 95 and 99 of 100', [quantile('0.5'), quantile('0.95'), quantile('0.99')], {
      unit: 's',
      each: '',
    }),
    picture('things handled a second', `sum by (shard) (rate(aitrader_stage_handled_seconds_count${its}[1m]))`, {
      unit: 'ops',
      each,
    }),
    picture('age of the last interval', `time() - aitrader_stage_interval_seconds${its}`, { unit: 's', each }),
    ...(MATTER[stage] ?? []),
  ]);
}

const system = dashboard('system', 'bus and database', [
  picture(
    'files of the bus, as a share of what they may be',
    'jetstream_server_total_storage_used / jetstream_server_max_storage',
    { unit: 'percentunit', each: '{{server_id}}', limit: 0.85 },
  ),
  picture('clients of the bus that are too slow', 'gnatsd_varz_slow_consumers', { each: '{{server_id}}', limit: 1 }),
  picture('whether the bus answers', `aitrader_bus_connected${RUN}`),
  picture('whether the database answers', 'pg_up', { each: '{{instance}}' }),
]);

/** Every dashboard by the name of its file. */
export const dashboards = () => ({ account, ...Object.fromEntries(STAGES.map((stage) => [stage, ofStage(stage)])), system });
