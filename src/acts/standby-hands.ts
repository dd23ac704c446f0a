/** What makes a standby, as `compose/remote-of-standby.ts` runs it on a host. Each may be repeated. */
export type StandbyCommand =
  /** Of the primary, or of a standby that may become it. `address`: CIDR. */
  | { readonly name: 'allow replication'; readonly role: string; readonly address: string }
  /** The password leaves the process as a SCRAM verifier only. */
  | { readonly name: 'make replication role'; readonly role: string; readonly password: string }
  | { readonly name: 'make slot' | 'release slot'; readonly slot: string }
  /** Prints JSON: `hba`, `ident` and `settings`. */
  | { readonly name: 'read configuration' }
  /** Keeps this line of a password file and prints it; by `keep` the one that is there for its role stays. */
  | { readonly name: 'keep password'; readonly text: string; readonly how: 'keep' | 'replace' }
  | { readonly name: 'make configuration folder' }
  /** A file that is there stays as it is. */
  | {
      readonly name: 'write configuration';
      readonly file: 'postgresql.conf' | 'pg_hba.conf' | 'pg_ident.conf' | 'start.conf';
      readonly text: string;
    }
  /** Lines of postgresql.auto.conf. */
  | { readonly name: 'place the copy'; readonly text: string }
  | { readonly name: 'discard the copy' | 'delete the old data directory' }
  /** Prints JSON: `etcd3`, what patroni.yml says of how to speak to etcd, with its password. */
  | { readonly name: 'read etcd settings' }
  /**
   * Of a new member, with the credentials of the configuration; one that is there stays as it is. `hba`: the leader's pg_hba.conf;
   * `etcd3`: what the leader's patroni.yml says of how to speak to etcd.
   */
  | {
      readonly name: 'write patroni configuration';
      readonly hba: string;
      readonly etcd3: Readonly<Record<string, string>>;
      readonly maxRateKibPerSecond: number;
    }
  | { readonly name: 'check patroni configuration' };
