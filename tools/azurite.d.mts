export interface Azurite {
  readonly account: string;
  readonly connectionString: string;
  readonly ended: Promise<number | null>;
  readonly stop: () => Promise<void>;
}
export function installAzurite(): void;
export function startAzurite(options?: {
  readonly location?: string;
  readonly port?: number;
  readonly key?: string;
  readonly flags?: readonly string[];
}): Promise<Azurite>;
