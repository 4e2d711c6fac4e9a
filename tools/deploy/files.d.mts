/** Files that are made, by their path from the project's folder. */
export declare function deploymentFiles(): Promise<Readonly<Record<string, string>>>;
