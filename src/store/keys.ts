export interface Keys {
  run(id: string): string;
  journal(run: string): string;
  lock(resource: string): string;
  seen(what: string): string;
  readonly audit: string;
  readonly recentRuns: string;
  readonly openRuns: string;
  readonly debts: string;
  runsOf(cluster: string): string;
}

/**
 * The names of our keys. The braces keep all of them in one slot of a Redis Cluster, because scripts change several at once
 * (Redis Cluster specification, hash tags).
 */
export function keysOf(prefix: string): Keys {
  const name = (...parts: readonly string[]) => [`{${prefix}}`, ...parts].join(':');
  return {
    run: (id) => name('run', id),
    journal: (run) => name('journal', run),
    lock: (resource) => name('lock', resource),
    seen: (what) => name('seen', what),
    audit: name('audit'),
    recentRuns: name('runs', 'recent'),
    openRuns: name('runs', 'open'),
    debts: name('debts'),
    runsOf: (cluster) => name('runs', 'cluster', cluster),
  };
}
