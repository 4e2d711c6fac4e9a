import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { Language, Parser, type Node } from 'web-tree-sitter';

let parser: Promise<Parser> | undefined;

async function bicepParser(): Promise<Parser> {
  await Parser.init();
  const made = new Parser();
  const grammar = createRequire(import.meta.url).resolve('tree-sitter-bicep/tree-sitter-bicep.wasm');
  return made.setLanguage(await Language.load(readFileSync(grammar)));
}

/** A file of parameters reads as variables to a grammar that does not know such files. */
const asVariables = (text: string): string =>
  text.replaceAll(/^using .*$/gm, '').replaceAll(/^param (\w+) =/gm, (_, name: string) => `var ${name} =`);

/** A Bicep file as a tree of its syntax. */
export interface BicepFile {
  /** what does not parse, each `line:column text` */
  readonly problems: readonly string[];
  /** texts of the declarations of a kind, such as `resource_declaration`, by what they are called in the file */
  readonly declared: (kind: string) => ReadonlyMap<string, string>;
  /** which files it takes in as modules, and the parameters that it tells each */
  readonly modules: readonly { readonly file: string; readonly told: readonly string[] }[];
}

const childOf = (node: Node | null | undefined, type: string): Node | undefined =>
  node?.children.find((child) => child?.type === type) ?? undefined;

/** Names of the properties of an object. */
const propertiesOf = (object: Node | undefined): readonly (readonly [name: string, value: Node])[] =>
  (object?.namedChildren ?? []).flatMap((property) => {
    const [name, value] = property?.namedChildren ?? [];
    return property?.type === 'object_property' && name && value ? [[name.text, value] as const] : [];
  });

function moduleOf(declaration: Node): { file: string; told: readonly string[] } {
  const [body] = declaration.descendantsOfType('object');
  const parameters = propertiesOf(body ?? undefined).find(([name]) => name === 'params')?.[1];
  return { file: childOf(declaration, 'string')?.text.slice(1, -1) ?? '', told: propertiesOf(parameters).map(([name]) => name) };
}

/** Reads the text of a `.bicep` or `.bicepparam` file. */
export async function readBicep(text: string, isParameters = false): Promise<BicepFile> {
  parser ??= bicepParser();
  const tree = (await parser).parse(isParameters ? asVariables(text) : text);
  if (tree === null) throw new Error('nothing was parsed');
  const problems: string[] = [];
  const look = (node: Node): void => {
    const { row, column } = node.startPosition;
    if (node.type === 'ERROR' || node.isMissing) problems.push(`${row + 1}:${column + 1} ${node.text.slice(0, 60)}`);
    else for (const child of node.children) if (child !== null) look(child);
  };
  look(tree.rootNode);
  return {
    problems,
    declared: (kind) =>
      new Map(
        tree.rootNode.descendantsOfType(kind).flatMap((node) => {
          const name = childOf(node, 'identifier')?.text;
          return node === null || name === undefined ? [] : [[name, node.text] as const];
        }),
      ),
    modules: tree.rootNode.descendantsOfType('module_declaration').flatMap((node) => (node === null ? [] : [moduleOf(node)])),
  };
}
