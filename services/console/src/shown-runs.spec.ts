/** The shape that lets no route past who may see a run: read off the sources themselves. */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from '@jest/globals';

/** Who is given the home, and what for: none of them answers a request about a run but with one that is shown. */
const GIVEN_THE_HOME = [
  'console-tokens.ts', // names it
  'console.module.ts', // gives it
  'shown-runs.ts', // decides
  'streams.ts', // follows runs that are shown, and tells of them
  'jobs.ts', // begins commands for runs that are shown
  'agent-doors.ts', // lets agents in, by a door that shows no run with real money
  'run-telemetry.ts', // measures for this machine
];

/** What a source does that only those may which are named above, or that nobody may. */
function trespasses(file: string, source: string): readonly string[] {
  return [
    ...(!GIVEN_THE_HOME.includes(file) && /\bHOME\b/.test(source) ? ['is given the home'] : []),
    ...(file !== 'shown-runs.ts' && /\b(?:recordingNamed|runNamed|manifestOrFail|withHome)\b/.test(source) && file !== 'main.ts'
      ? ['finds a run by itself']
      : []),
    ...(/@Param\('run'\)/.test(source) ? ['takes the name of a run as it was given'] : []),
    ...[...source.matchAll(/@(?:Get|Post|Put|Patch|Delete)\('([^']*)'\)/g)]
      .filter(([, route = '']) => /(?:^|\/)runs\/:(?!run\b)/.test(route))
      .map(([, route]) => `names a run otherwise: ${route}`),
  ];
}

const SOURCES = readdirSync(import.meta.dirname)
  .filter((file) => file.endsWith('.ts') && !file.endsWith('.spec.ts'))
  .map((file) => [file, readFileSync(path.join(import.meta.dirname, file), 'utf8')] as const);

describe('a run', () => {
  it('is reached by no source of the console but through what decides whether it is shown', () => {
    expect(SOURCES.length).toBeGreaterThan(20);
    expect(SOURCES.flatMap(([file, source]) => trespasses(file, source).map((what) => `${file} ${what}`))).toEqual([]);
  });

  it.each([
    ['is given the home', 'constructor(@Inject(HOME) home: OpenHome) {}'],
    ['finds a run by itself', 'const manifest = await recordingNamed(bus, name);'],
    ['takes the name of a run as it was given', "async tape(@Param('run') name: string) {}"],
    ['names a run otherwise: runs/:name/tape', "@Get('runs/:name/tape')"],
  ])('is seen to be reached otherwise by a source that %s', (what, source) => {
    expect(trespasses('planted.controller.ts', source)).toEqual([what]);
  });

  it('has the name `run` in every route below the controllers of runs', () => {
    const routes = SOURCES.filter(([, source]) => source.includes("@Controller('api/runs')")).flatMap(([, source]) =>
      [...source.matchAll(/@(?:Get|Post|Put|Patch|Delete)\('([^']*)'\)/g)].map(([, route = '']) => route),
    );
    expect(routes.length).toBeGreaterThan(10);
    expect(routes.filter((route) => !route.startsWith(':run'))).toEqual([]);
  });
});
