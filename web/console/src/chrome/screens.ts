/** A screen of a run: where it is, and the key that follows `g`. */
export interface Screen {
  readonly to: (typeof SCREENS)[number]['to'];
  readonly title: string;
  readonly key: string;
}

/** The screens of a run, in the order of the navigation. */
export const SCREENS = [
  { to: '/runs/$run', title: 'Mission control', key: 'm', group: 'run' },
  { to: '/runs/$run/readiness', title: 'Readiness', key: 'e', group: 'run' },
  { to: '/runs/$run/trace', title: 'Trace', key: 'f', group: 'run' },
  { to: '/runs/$run/ingest', title: 'Ingest', key: 'i', group: 'services' },
  { to: '/runs/$run/probability', title: 'Probability', key: 'b', group: 'services' },
  { to: '/runs/$run/strategy', title: 'Strategy', key: 's', group: 'services' },
  { to: '/runs/$run/risk', title: 'Risk', key: 'r', group: 'services' },
  { to: '/runs/$run/execution', title: 'Execution', key: 'o', group: 'services' },
  { to: '/runs/$run/portfolio', title: 'Portfolio', key: 'p', group: 'account' },
  { to: '/runs/$run/why', title: 'Why', key: 'w', group: 'account' },
  { to: '/runs/$run/machine', title: 'Time machine', key: 't', group: 'account' },
  { to: '/runs/$run/proposals', title: 'Proposals', key: 'd', group: 'account' },
  { to: '/runs/$run/audit', title: 'Audit', key: 'a', group: 'account' },
] as const;

export const GROUPS: Readonly<Record<(typeof SCREENS)[number]['group'], string>> = {
  run: 'Run',
  services: 'Services',
  account: 'Account',
};
