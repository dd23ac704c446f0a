export interface Keys {
  run(id: string): string;
  journal(run: string): string;
  lock(resource: string): string;
  seen(what: string): string;
  maintenance(cluster: string): string;
  copies(run: string): string;
  wish(id: string): string;
  readonly reviews: string;
  readonly audit: string;
  /** The signed heads of the audit chain. */
  readonly auditHeads: string;
  /** Which head was posted, and by whom it is being posted. */
  readonly auditPosting: string;
  readonly auditClaim: string;
  /** Who writes the audit file, how far files have got, why it is not written. */
  readonly auditLease: string;
  readonly auditFiled: string;
  readonly auditProblem: string;
  readonly people: string;
  readonly recentRuns: string;
  readonly openRuns: string;
  readonly debts: string;
  readonly format: string;
  runsOf(cluster: string): string;
  /** One-time codes of a person. */
  totp(userId: string): string;
  totpTries(userId: string): string;
  readonly totpPeople: string;
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
    maintenance: (cluster) => name('maintenance', cluster),
    copies: (run) => name('copies', run),
    wish: (id) => name('wish', id),
    reviews: name('reviews'),
    audit: name('audit'),
    auditHeads: name('audit', 'heads'),
    auditPosting: name('audit', 'posting'),
    auditClaim: name('audit', 'claim'),
    auditLease: name('audit', 'lease'),
    auditFiled: name('audit', 'filed'),
    auditProblem: name('audit', 'problem'),
    people: name('people'),
    recentRuns: name('runs', 'recent'),
    openRuns: name('runs', 'open'),
    debts: name('debts'),
    format: name('format'),
    runsOf: (cluster) => name('runs', 'cluster', cluster),
    totp: (userId) => name('totp', userId),
    totpTries: (userId) => name('totp-tries', userId),
    totpPeople: name('totp-people'),
  };
}
