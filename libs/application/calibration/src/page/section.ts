import {
  type Content,
  dataTable,
  fixed,
  html,
  type Html,
  NOTHING,
  probability,
  signed,
  tableOf,
  whole,
} from '@aitrader/application-pages';
import type { Timeframe } from '@aitrader/model';
import { boundsText } from '../target-text.ts';
import { COVERAGE_LEVELS, LAWS, type ByLawAndLevel, type Law } from '../intervals.ts';
import { groupName, type ForecastGroup, type GroupCoverage, type SeriesReport } from '../series-report.ts';
import type { SeriesTrack } from '../series-track.ts';
import { changeOn, gainOnEwma } from '../targets.ts';
import { fanChart, returnChart } from './fan-chart.ts';
import { pitChart } from './pit-chart.ts';
import { regimeChart } from './regime-chart.ts';
import { reliabilityChart } from './reliability-chart.ts';
import { rollingChart } from './rolling-chart.ts';

/** Whether a target is met: a mark, a word and a colour. */
export const verdict = (met: boolean): Html =>
  met ? html`<span class="met">✓ met</span>` : html`<span class="missed">✗ missed</span>`;

/** How many targets a series meets; without a colour where there are too few bars to judge. */
export function summaryOf({ targets: { met, of, applicable } }: SeriesReport): Html {
  const tone = !applicable ? 'unsure' : met === of ? 'met' : 'missed';
  return html`<span class="${tone}">${met === of ? '✓' : '✗'} ${met} of ${of}</span>`;
}

/** All about one series. `id` begins the ids of everything in it. */
export function seriesSection(id: string, report: SeriesReport, track: SeriesTrack, timeframe: Timeframe): Html {
  const { symbol, from, to, n, unscored, targets } = report;
  const left = unscored === 0 ? '' : `; ${whole(unscored)} bars had no forecast`;
  return html`<section id="${id}" aria-labelledby="${id}-name">
    <h2 id="${id}-name">${symbol}</h2>
    <p class="facts">${whole(n)} scored bars, ${from} to ${to}${left}. Targets: ${summaryOf(report)} met.</p>
    ${
      targets.applicable
        ? NOTHING
        : html`<p class="note">
            The targets are meant for ${whole(targets.barsMin)} scored bars or more; with fewer, luck alone can miss them.
          </p>`
    }
    ${forecastGroupTable(report)} ${keyFigures(report)} ${fanChart(`${id}-fan`, track.drawn, timeframe)}
    ${regimeChart(`${id}-regime`, track.drawn, timeframe)} ${returnChart(`${id}-returns`, track.drawn, timeframe)}
    <div class="pair">${pitChart(`${id}-pit`, report)}${reliabilityChart(`${id}-reliability`, report)}</div>
    ${rollingChart(`${id}-rolling`, track, timeframe) ?? NOTHING} ${targetTable(report)} ${groupTable(report)}
    ${testTable(report)}
  </section>`;
}

function keyFigures({ coverage, crps, logScore, pitKs }: SeriesReport): Html {
  const figure = (name: string, value: string, note: string): Html =>
    html`<div class="figure">
      <dt>${name}</dt>
      <dd>${value}<small>${note}</small></dd>
    </div>`;
  return html`<dl class="figures">
    ${LAWS.map((law) => figure(`in ${law} 95 %`, `${fixed(coverage[law][95], 2)} %`, `99 %: ${fixed(coverage[law][99], 2)} %`))}
    ${figure('CRPS', fixed(crps.model, 4), '% of price')}
    ${figure('CRPS vs EWMA', `${signed(changeOn(crps.model, crps.ewma94), 2)} %`, `EWMA: ${fixed(crps.ewma94, 4)}`)}
    ${figure('CRPS vs exp.', `${signed(changeOn(crps.model, crps.expandingGaussian), 2)} %`, `expanding: ${fixed(crps.expandingGaussian, 4)}`)}
    ${figure('log score gain', signed(gainOnEwma(logScore), 3), 'nats, on EWMA')}
    ${figure('PIT distance', fixed(pitKs, 4), 'from uniform')}
  </dl>`;
}

function targetTable({ targets }: SeriesReport): Html {
  return tableOf({
    caption: 'Targets',
    header: ['figure', 'measured', 'target', 'verdict'],
    rows: targets.checks.map(({ name, measured, atLeast, atMost, met }) => [
      name,
      fixed(measured, name.startsWith('log') ? 3 : 2),
      boundsText(atLeast, atMost),
      verdict(met),
    ]),
  });
}

const LEVEL_HEADER = LAWS.flatMap((law) => COVERAGE_LEVELS.map((level) => `${law} ${level}`));

const coverageCells = (coverage: ByLawAndLevel<number> | null): string[] =>
  LAWS.flatMap((law: Law) => COVERAGE_LEVELS.map((level) => (coverage === null ? '–' : fixed(coverage[law][level], 2))));

/** What is promised of a forecast when it is made, first: ✗ where luck does not explain it. */
function forecastGroupTable({ groups, n, coverage }: SeriesReport): Html {
  const cells = ({ coverage: held, off }: Pick<ForecastGroup, 'coverage' | 'off'>): Content[] =>
    LAWS.flatMap((law) =>
      COVERAGE_LEVELS.map((level): Content => {
        const text = held === null ? '–' : fixed(held[law][level], 1);
        const isOff = off.some((each) => each.law === law && each.level === level);
        return isOff ? html`<span class="missed">${text} ✗</span>` : text;
      }),
    );
  return tableOf({
    caption: 'Coverage in per cent, by the part of the day and the regime in which the forecast was made',
    header: ['made in', 'n', ...LEVEL_HEADER],
    rows: [
      ['all', whole(n), ...cells({ coverage, off: [] })],
      ...groups.map((group): Content[] => [groupName(group), whole(group.n), ...cells(group)]),
    ],
  });
}

function groupTable({ bySession, byRegime, n, coverage }: SeriesReport): Html {
  const row = (name: string, group: GroupCoverage): Content[] => [name, whole(group.n), ...coverageCells(group.coverage)];
  return tableOf({
    caption: 'Coverage in per cent, by session of the bar and by regime when the forecast was made',
    header: ['bars', 'n', ...LEVEL_HEADER],
    rows: [
      row('all', { n, coverage }),
      ...Object.entries({ ...bySession, ...byRegime }).flatMap(([name, group]) => (group.n === 0 ? [] : [row(name, group)])),
    ],
  });
}

/** The tests of the intervals, folded away. */
function testTable({ kupiec, christoffersen }: SeriesReport): Html {
  return dataTable({
    caption: 'Tests of coverage: Kupiec (share of misses), Christoffersen (independence, and both together)',
    header: ['interval', 'Kupiec', 'p', 'independence', 'p', 'conditional', 'p'],
    rows: LAWS.flatMap((law) =>
      COVERAGE_LEVELS.map((level): Content[] => {
        const { independence, conditionalCoverage } = christoffersen[law][level];
        return [
          `${law} ${level} %`,
          ...[kupiec[law][level], independence, conditionalCoverage].flatMap(({ statistic, pValue }) => [
            fixed(statistic, 2),
            probability(pValue),
          ]),
        ];
      }),
    ),
  });
}
