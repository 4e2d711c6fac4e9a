export interface WorkspacePackage {
  readonly folder: string;
  readonly layer: string;
}
export function packagesOf(root: string): readonly WorkspacePackage[];
export function architectureProblems(page: string, packages: readonly WorkspacePackage[]): readonly string[];
