import { z } from 'zod';
import { copyWords } from '../core/copy-words.ts';
import { ClusterName, MemberName } from '../core/names.ts';
import type { StateData } from '../core/plan.ts';
import { known } from '../core/reading.ts';
import { notYet } from '../core/verdict.ts';
import { judgeStandby } from './standby-streams.ts';
import { defineState } from './state.ts';

const Args = z.object({
  cluster: ClusterName,
  member: MemberName,
  leader: MemberName,
  /** By which it copies. */
  role: z.string(),
  timeline: z.number().int().positive(),
});

const { state, build } = defineState({
  name: 'member-joined',
  args: Args,
  says: ({ member, leader, timeline }) => `Patroni knows ${member}, and it streams from ${leader} on timeline ${timeline}`,
  async judge({ cluster, member, leader, role, timeline }, view, sinceMs) {
    const [dcs, own, source, progress] = await Promise.all([
      view.dcs(cluster),
      view.sql(cluster, member),
      view.sql(cluster, leader),
      view.standbys.progress(cluster, leader),
    ]);
    const copy = known(progress)?.find(({ user }) => user === role);
    if (copy && !own.ok)
      return notYet(`Patroni copies the data of ${leader} to ${member}: ${copyWords(copy, view.now() - sinceMs)}`);
    if (!dcs.ok) return notYet(`the DCS can not be read: ${dcs.why}`);
    const key = dcs.value.members[member];
    if (!key) return notYet(`Patroni on ${member} has not told the DCS of itself yet`);
    if (!own.ok) return notYet(`Patroni says that ${member} is ${key.state ?? 'of unknown state'}`);
    return judgeStandby({ cluster, member, primary: leader, timeline }, own, source);
  },
});

export const memberJoinedState = state;

/** A new member is in the DCS and streams from the leader, by SQL on both. */
export const memberJoined = (args: z.input<typeof Args>): StateData => build(args);
