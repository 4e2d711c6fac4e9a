// The house rules that oxlint has no rule for. Each has probes in probes.ts, and .oxlintrc.json says where each one holds.
import path from 'node:path';

const rule = (description, create) => ({ meta: { type: 'problem', docs: { description }, schema: [] }, create });
/** A visitor that reports every node of the named types that `wrong` tells apart, with the rule's message. */
const forbid = (message, types, wrong = () => true) =>
  rule(message, (context) =>
    Object.fromEntries(types.map((type) => [type, (node) => void (wrong(node) && context.report({ node, message }))])),
  );

const noExportAll = forbid(
  'A barrel lists the names it exports.',
  ['ExportAllDeclaration'],
  (node) => node.exported === null || node.exported === undefined,
);

const VAGUE = /(^|[-.])(utils?|helpers?|common|shared|misc)([-.]|$)/;
const noVagueName = rule('A file or folder is named after the idea it holds.', (context) => ({
  Program(node) {
    const vague = path
      .relative(context.cwd, context.filename)
      .split(path.sep)
      .find((name) => VAGUE.test(name));
    if (vague) context.report({ node, message: `"${vague}" names no idea: name it after what it holds.` });
  },
}));

const isAsync = (node) => node.async === true;
const noAsync = rule('The core is synchronous.', (context) => {
  const report = (node) => context.report({ node, message: 'The core is synchronous: no async, await or dynamic import.' });
  const reportAsync = (node) => void (isAsync(node) && report(node));
  return {
    FunctionDeclaration: reportAsync,
    FunctionExpression: reportAsync,
    ArrowFunctionExpression: reportAsync,
    AwaitExpression: report,
    ImportExpression: report,
    ForOfStatement: (node) => void (node.await === true && report(node)),
  };
});

const isConst = (node) =>
  node.type === 'TSAsExpression' &&
  node.typeAnnotation.type === 'TSTypeReference' &&
  node.typeAnnotation.typeName.name === 'const';
const noCast = forbid(
  "No cast in the core: branded values are minted by the model's constructors.",
  ['TSAsExpression', 'TSTypeAssertion'],
  (node) => !isConst(node),
);

const noClass = forbid(
  'The core is data and functions: only errors are classes.',
  ['ClassDeclaration', 'ClassExpression'],
  (node) => !(node.superClass?.type === 'Identifier' && node.superClass.name.endsWith('Error')),
);

const LOCALE = /^(toLocale\w+|localeCompare)$/;
const nameOf = (key, computed) => (computed ? key.value : (key.name ?? key.value));
const noLocale = rule('No locale-dependent text in the core.', (context) => {
  const check = (node, name) =>
    void (LOCALE.test(name ?? '') && context.report({ node, message: `${name} depends on the host's locale.` }));
  return {
    MemberExpression: (node) => check(node, nameOf(node.property, node.computed)),
    Property: (node) => void (node.parent.type === 'ObjectPattern' && check(node, nameOf(node.key, node.computed))),
  };
});

/** `[]`, `{}`, `new Map()` and their like: a container that is born empty at module level is there to be filled later. */
const isEmptyContainer = (node) =>
  (node?.type === 'ArrayExpression' && node.elements.length === 0) ||
  (node?.type === 'ObjectExpression' && node.properties.length === 0) ||
  (node?.type === 'NewExpression' && /^(Weak)?(Map|Set)$/.test(node.callee.name) && node.arguments.length === 0);
const noModuleState = rule('The core keeps its state in the state it is given.', (context) => {
  const message = 'The core keeps no state of its own: put it into the state that is passed in.';
  const check = (statement) => {
    const node = statement.type === 'ExportNamedDeclaration' ? statement.declaration : statement;
    if (node?.type !== 'VariableDeclaration') return;
    const isState = (node.kind !== 'const' && !node.declare) || node.declarations.some((one) => isEmptyContainer(one.init));
    if (isState) context.report({ node, message });
  };
  return { Program: (node) => node.body.forEach(check) };
});

/** What ECMAScript defines to the last bit. Everything else in Math is "implementation-approximated", or luck. */
const EXACT = new Set(
  'abs ceil clz32 floor fround f16round imul max min round sign sqrt trunc E LN10 LN2 LOG10E LOG2E PI SQRT1_2 SQRT2'.split(' '),
);
const valueOf = (node) => (node.type === 'UnaryExpression' && node.operator === '-' ? -valueOf(node.argument) : node.value);
/** Powers that no engine rounds: of big integers, and of literals whose result is a whole number or a power of two. */
const isExactPower = ({ left, right }) => {
  if (typeof left.value === 'bigint' || typeof right.value === 'bigint') return true;
  const exponent = valueOf(right);
  return Number.isInteger(exponent) && (left.value === 2 || Number.isSafeInteger(left.value ** exponent));
};
const exactMath = rule('Only arithmetic that every engine rounds alike.', (context) => {
  const report = (node, what) =>
    context.report({ node, message: `${what} may differ in the last bit between engines: use @aitrader/core-numeric.` });
  return {
    Identifier(node) {
      if (node.name !== 'Math') return;
      const { parent } = node;
      if (parent.type === 'MemberExpression' && parent.property === node && !parent.computed) return;
      if (parent.type !== 'MemberExpression') return report(node, 'Math as a value');
      const name = nameOf(parent.property, parent.computed);
      if (!EXACT.has(name)) report(parent, `Math.${name ?? '[…]'}`);
    },
    BinaryExpression: (node) => void (node.operator === '**' && !isExactPower(node) && report(node, 'A power')),
    AssignmentExpression: (node) => void (node.operator === '**=' && report(node, 'A power')),
  };
});

export default {
  meta: { name: 'aitrader' },
  rules: {
    'exact-math': exactMath,
    'no-async': noAsync,
    'no-cast': noCast,
    'no-class': noClass,
    'no-export-all': noExportAll,
    'no-locale': noLocale,
    'no-module-state': noModuleState,
    'no-vague-name': noVagueName,
  },
};
