import { z } from 'zod';
import { ClusterName, MemberName } from '../core/names.ts';
import type { StateData } from '../core/plan.ts';
import { notYet } from '../core/verdict.ts';
import { readRoles } from './roles.ts';
import { defineState } from './state.ts';
import { judgeStreaming } from './streaming.ts';

const Args = z.object({ cluster: ClusterName, member: MemberName, timeline: z.number().int().positive() });

const { state, build } = defineState({
  name: 'follows',
  args: Args,
  says: ({ member, timeline }) => `${member} streams and replays timeline ${timeline}`,
  async judge({ cluster, member, timeline }, view) {
    const [roles, { patroni }] = await Promise.all([readRoles(view, cluster), view.member(cluster, member)]);
    const streams = judgeStreaming([member], timeline, roles);
    if (!streams.holds) return streams;
    if (!patroni.ok) return notYet(`${member} streams, but its Patroni does not say what it replays: ${patroni.why}`);
    const replays = patroni.value.timeline;
    return replays === timeline
      ? streams
      : notYet(`${member} receives timeline ${timeline} but replays ${replays ?? 'none'}: it parted before and can not go on`);
  },
});

export const followsState = state;

/**
 * The member streams and also replays that timeline. One that went on alone may receive the new timeline from the beginning of a segment
 * on and look like streaming for ever; what it replays is told by Patroni (IDENTIFY_SYSTEM, PostgreSQL's walsender.c).
 */
export const follows = (cluster: string, member: string, timeline: number): StateData => build({ cluster, member, timeline });
