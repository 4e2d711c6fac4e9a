// What `npm run lint` checks beside the rules of oxlint.
import path from 'node:path';

/** What the boundary rule says when it skips itself for want of a project graph; it reports no error then. */
export const GRAPH_MISSING = 'No cached ProjectGraph';

/** Where Nx keeps the graph that the boundary rule reads. */
export const graphFile = (root) => path.join(root, '.nx', 'workspace-data', 'project-graph.json');

const DIRECTIVE = /(?:oxlint|eslint)-disable(?:-next-line|-line)?(?![\w-])(.*)/;
const NAMED_AND_EXPLAINED = /^\s+[@\w]\S* .*-- \S/;
const CORE = /^libs[\\/](model|core)[\\/]/;
const NEVER_IN_CORE = /aitrader\/|@nx\/|no-restricted|no-cycle/;

/** Directives that silence a rule without naming it and saying why (`rule -- reason`), or that silence a rule of the core at all. */
export function silencedRules(file, text) {
  return text.split('\n').flatMap((line, index) => {
    const said = DIRECTIVE.exec(line)?.[1];
    if (said === undefined) return [];
    if (CORE.test(file) && NEVER_IN_CORE.test(said)) return [`${file}:${index + 1} silences a rule of the core.`];
    return NAMED_AND_EXPLAINED.test(said) ? [] : [`${file}:${index + 1} silences a rule without "rule-name -- the reason".`];
  });
}
