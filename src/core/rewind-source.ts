/** What SQL on the server to rewind from says of its settings and of the role that would read it. */
export interface RewindSource {
  readonly fullPageWrites: boolean;
  readonly databaseBytes: number;
  /** Absent when there is no such role. */
  readonly role?: {
    readonly name: string;
    readonly canLogIn: boolean;
    readonly isSuperuser: boolean;
    /** Functions that pg_rewind calls and that the role may not execute (pg_rewind(1), Notes). */
    readonly lacks: readonly string[];
    /** Of the role's own settings: `statement_timeout=10s`. */
    readonly settings: readonly string[];
  };
}
