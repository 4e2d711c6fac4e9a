export declare const GRAPH_MISSING: string;
export declare function graphFile(root: string): string;
export declare function silencedRules(file: string, text: string): readonly string[];
