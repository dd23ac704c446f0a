/** Whether a host gets to the Patroni of a member. */
export interface RestReach {
  readonly connects: boolean;
  /** What showed it; a clause. */
  readonly says: string;
}
