/** How a standby connects to its primary, by its primary_conninfo. A password in it is only told to be there. */
export interface Upstream {
  /** As it stands there: an address or a name. */
  readonly host?: string;
  readonly user?: string;
  /** Of libpq; absent: ~/.pgpass of the server's user. */
  readonly passfile?: string;
  readonly sslMode?: string;
  readonly hasPassword: boolean;
}

/** As whom a member logs in to another one for replication. */
export interface ReplicationLogin {
  readonly from: string;
  readonly to: string;
  readonly user: string;
  readonly passfile?: string;
}

/** Answer to IDENTIFY_SYSTEM: the login works, and this is who answered (PostgreSQL docs, protocol-replication). */
export interface IdentifiedSystem {
  readonly systemId: string;
  readonly timeline: number;
}
