/** What the configuration says of a member; safe to show to people who may see its cluster. */
export interface MemberInfo {
  readonly name: string;
  readonly host: string;
  readonly site?: string;
  /** Of PostgreSQL, where it is not 5432. */
  readonly port?: number;
  /** Where a bootstrap keeps the passwords by which this member follows others; it need not be there. */
  readonly passfile?: string;
}
