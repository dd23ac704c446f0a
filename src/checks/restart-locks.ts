import { exclusive, type Lock, shared } from '../core/runbook.ts';

/** Of a settled restart: `leader` is there where the leader restarts. One replica: nothing that a copy to another member needs. */
export function restartLocks(input: {
  readonly cluster: string;
  readonly member?: string | undefined;
  readonly leader?: string | undefined;
}): readonly Lock[] {
  const { cluster, member, leader } = input;
  return member === undefined || leader !== undefined
    ? [exclusive.cluster(cluster)]
    : [shared.cluster(cluster), exclusive.config(cluster), exclusive.drain(cluster), exclusive.member(cluster, member)];
}
