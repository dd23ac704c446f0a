/** A known line of Patroni's or PostgreSQL's log, in words for who reads it first. */
export interface Signature {
  readonly pattern: RegExp;
  /** What it means, and the first move; both sentences. */
  readonly means: string;
  readonly first: string;
}

/** The lines that people most often ask about, the more telling ones first. */
export const SIGNATURES: readonly Signature[] = [
  {
    pattern: /requested WAL segment \S+ has already been removed/i,
    means: 'The standby is so far behind that the WAL it needs is gone from its source.',
    first: 'Give it the WAL from the archive (restore_command), or rebuild it: `/pg rebuild`.',
  },
  {
    pattern: /new timeline \d+ forked off current database system timeline \d+ before current recovery point/i,
    means: 'This server wrote, or replayed, past the point at which the others branched off: it has diverged.',
    first: 'Rewind it, or copy it anew: `/pg rebuild` says which.',
  },
  {
    pattern: /could not find previous WAL record|could not find common ancestor|no common ancestor/i,
    means: 'pg_rewind lacks WAL of this server from before the branch.',
    first: 'Let it restore WAL from the archive, or copy the server anew: `/pg rebuild`.',
  },
  {
    pattern: /source and target cluster are on the same timeline/i,
    means: 'The new primary has not written its checkpoint yet, so pg_rewind sees no branch.',
    first: 'Checkpoint the new primary, then try again.',
  },
  {
    pattern: /requested timeline \d+ is not a child of this server's history/i,
    means: 'The server is to follow a branch that it does not come from.',
    first: 'It must be rewound or copied anew: `/pg rebuild`.',
  },
  {
    pattern: /exceeds maximum replication lag/i,
    means: 'Patroni counts this member as too far behind to lead (maximum_lag_on_failover).',
    first: 'Compare with `/pg lag`, which asks the primary now; what Patroni compares can be a loop old.',
  },
  {
    pattern: /demoting self because DCS is not accessible/i,
    means: 'The leader lost the DCS and went read-only, so that two primaries cannot be.',
    first: 'Repair etcd. Never promote by hand; failsafe mode would have kept it.',
  },
  {
    pattern: /demoting self because (?:failed to update leader lock|i do not have the lock)/i,
    means: 'The leader lost its lock: the host or the DCS was too slow, or another member took it.',
    first: 'Look at the load of the host and of etcd at that time.',
  },
  {
    pattern: /EtcdException|etcd\S* is not accessible|Failed to get list of machines|watchprefix failed|Lease .* not found/i,
    means: 'Patroni cannot reach etcd, or etcd forgot its lease.',
    first: 'Look at etcd in `/pg status`: quorum, alarms, and the network to it.',
  },
  {
    pattern: /starting as readonly because i had the session lock/i,
    means: 'A server that is no primary holds the leader key: nobody leads until that ends.',
    first: 'See `/pg status`; `/pg release` frees the key once it is proven.',
  },
  {
    pattern: /waiting for leader to bootstrap|Error creating replica|failed to bootstrap|trying to bootstrap from leader/i,
    means: 'The member copies the leader, or could not and tries again.',
    first: 'Look at the disk, pg_hba and the slots of the leader; see what the copy said just before.',
  },
  {
    pattern: /No space left on device/i,
    means: 'A disk of this host is full.',
    first: 'See which slot or archive keeps WAL (`/pg slots`); never delete files in pg_wal.',
  },
  {
    pattern: /archive command failed|archiving .* failed too many times/i,
    means: 'WAL is not archived, so it piles up, and a clean shutdown waits for it.',
    first: 'Run the archive command by hand as postgres and read its own message.',
  },
  {
    pattern: /no pg_hba\.conf entry for/i,
    means: 'A client or a standby comes from an address, or as a user, that pg_hba.conf does not let in.',
    first: 'Compare the address and user in the line with pg_hba.',
  },
  {
    pattern: /(?:password|SCRAM) authentication failed/i,
    means: 'Somebody logs in with a wrong password.',
    first: 'See which user; after a rotation look for the client that still has the old one.',
  },
  {
    pattern: /remaining connection slots are reserved|too many clients already/i,
    means: 'All connections are in use: clients are refused.',
    first: 'See who holds them: `/pg activity`.',
  },
  {
    pattern: /database is not accepting commands .*wraparound|must be vacuumed within/i,
    means: 'Transaction ids run out: PostgreSQL will stop taking writes.',
    first: 'End old transactions, prepared ones and unused slots (`/pg activity`, `/pg slots`), then vacuum.',
  },
  {
    pattern: /deadlock detected/i,
    means: 'Two transactions waited for each other; PostgreSQL ended one.',
    first: 'Nothing to do now; the application must take its locks in one order.',
  },
  {
    pattern: /terminating connection due to idle-in-transaction timeout/i,
    means: 'A client did nothing within its transaction for too long and was cut off.',
    first: 'See which application; its connections are lost in the middle of work.',
  },
  {
    pattern: /was terminated by signal \d+|server process .* was terminated/i,
    means: 'A process of PostgreSQL was killed or crashed, so that all sessions were cut.',
    first: 'Signal 9: look for the OOM killer in the kernel log. Others: keep the core dump.',
  },
];

/** Which of them stand in these lines, each once, in the order of the list. */
export function explained(lines: readonly string[]): readonly Signature[] {
  return SIGNATURES.filter(({ pattern }) => lines.some((line) => pattern.test(line)));
}
