import { replayedTimeline } from '../core/replayed-timeline.ts';
import type { View } from '../core/view.ts';

interface Asked {
  readonly cluster: string;
  readonly member: string;
  readonly timeline: number;
}

/**
 * The clause that says why a standby that receives the timeline does not replay it; `undefined` when it does. What it replays is told by
 * Patroni, and without Patroni by the standby itself (IDENTIFY_SYSTEM, PostgreSQL's walsender.c) or its control file. Patroni keeps what it
 * told last until its view of the leader is newer: up to its loop_wait (replica_cached_timeline in Patroni's postgresql/__init__.py).
 */
export async function whyNotReplaying(view: View, { cluster, member, timeline }: Asked): Promise<string | undefined> {
  return view.cluster(cluster).mode === 'patroni'
    ? byPatroni(view, { cluster, member, timeline })
    : byItself(view, { cluster, member, timeline });
}

async function byPatroni(view: View, { cluster, member, timeline }: Asked): Promise<string | undefined> {
  const { patroni } = await view.member(cluster, member);
  if (!patroni.ok) return `${member} streams, but its Patroni does not say what it replays: ${patroni.why}`;
  const replays = patroni.value.timeline;
  if (replays === timeline) return undefined;
  return `${member} receives timeline ${timeline} but replays ${replays ?? 'none'} by its Patroni: ${parted}`;
}

async function byItself(view: View, { cluster, member, timeline }: Asked): Promise<string | undefined> {
  const [sql, server] = await Promise.all([view.sql(cluster, member), view.server(cluster, member)]);
  const replays = replayedTimeline({ sql }, server);
  if (replays?.timeline === timeline) return undefined;
  const by = replays?.by === 'control file' ? ' by its control file (a CHECKPOINT there brings it up to date)' : '';
  return `${member} receives timeline ${timeline} but replays ${replays?.timeline ?? 'none that is known'}${by}: ${parted}`;
}

const parted = 'it has not come to it yet, or parted before';
