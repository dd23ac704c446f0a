import { setTimeout as delay } from 'node:timers/promises';
import type { Chance } from './chance.ts';
import type { FencedWriter } from './fenced-writer.ts';

export const MEMBERS = ['pg1', 'pg2', 'pg3'] as const;
type Member = (typeof MEMBERS)[number];

/** One cluster's keys, written in the order in which Patroni writes them; one change after the other. */
export interface ClusterWriter {
  readonly name: string;
  /** A healthy cluster that pg1 leads on timeline 1. */
  begin(): Promise<void>;
  /** A switchover or the loss of the leader's host, up to the new leader's published timeline. */
  change(kind: 'planned' | 'crash'): Promise<void>;
}

/** @param patroni its max_timelines_history; it keeps all rows without. */
export function clusterWriter(
  name: string,
  to: FencedWriter,
  chance: Chance,
  patroni?: { readonly historyRows: number },
): ClusterWriter {
  const history: unknown[][] = [];
  let leader: Member = 'pg1';
  let timeline = 1;
  const member = (who: Member, value: Record<string, unknown>) => ({
    put: `members/${who}`,
    value: { ...value, version: '4.0.7' },
  });
  const replica = (who: Member) => member(who, { state: 'streaming', role: 'replica', timeline });
  const primary = (who: Member) => member(who, { state: 'running', role: 'primary', timeline });
  const pause = () => delay(chance.between(0, 80));
  const steps = {
    async planned(from: Member) {
      await to.write([{ put: 'failover', value: { leader: from } }]);
      await pause();
      await to.write([{ del: 'leader' }]);
      await to.write([member(from, { state: 'stopped', role: 'demoted' })]);
    },
    async crash(from: Member) {
      await to.write([{ del: 'leader' }, { del: `members/${from}` }]);
    },
  };
  return {
    name,
    begin: () =>
      to.endTurn([
        { put: 'config', value: { ttl: 30, loop_wait: 10 } },
        { put: 'initialize', value: '7711123950511697988' },
        { put: 'history', value: [] },
        ...MEMBERS.map((each) => (each === leader ? primary(each) : replica(each))),
        { put: 'leader', value: leader },
      ]),
    async change(kind) {
      const from = leader;
      const next = chance.pick(MEMBERS.filter((each) => each !== from) as [Member, ...Member[]]);
      await steps[kind](from);
      await pause();
      await to.write([{ put: 'leader', value: next }], 'leader');
      if (kind === 'planned') await to.write([{ put: 'failover', value: {} }]);
      await to.write([member(next, { state: 'running', role: 'promoted' })]);
      await pause();
      history.push([timeline, 167772320, 'no recovery target specified', new Date().toISOString(), next]);
      if (patroni) history.splice(0, history.length - patroni.historyRows);
      timeline += 1;
      await to.write([{ put: 'history', value: history }]);
      await to.endTurn([primary(next), replica(from)]);
      leader = next;
    },
  };
}
