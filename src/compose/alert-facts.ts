import type { AlertChat, AlertFacts } from '../alerts/ports.ts';
import type { Chat } from '../chat/chat.ts';
import { refusal } from '../core/errors.ts';
import type { Journal, Run } from '../core/run.ts';
import type { View } from '../core/view.ts';
import type { JournalStore } from '../store/journal.ts';
import type { Runs } from '../store/runs.ts';

interface Needs {
  /** Of everything. */
  readonly view: View;
  readonly runs: Pick<Runs, 'list' | 'get'>;
  readonly journal: Pick<JournalStore, 'read'>;
  readonly chat: Pick<Chat, 'post'>;
}

/** A run that ended this recently can still be the cause of what etcd delivers late (milliseconds). */
const RECENT_MS = 30_000;

/** What the alerts ask of the rest: proof by SQL, who streams, and which leader changes are our own. */
export function createAlertFacts({ view, runs, journal, chat }: Needs): AlertFacts {
  const known = new Set(view.clusters().map(({ name }) => name));
  return {
    knows: (cluster) => known.has(cluster),
    async prove(cluster, leader) {
      const sql = await view.sql(cluster, leader);
      if (!sql.ok) return { primary: false, why: sql.why };
      const { inRecovery, timeline, lastReplayedAtMs } = sql.value;
      if (inRecovery) return { primary: false, why: `${leader} is in recovery` };
      return { primary: true, timeline, ...(lastReplayedAtMs === undefined ? {} : { lastReplayedAtMs }) };
    },
    async streaming(cluster, leader) {
      const sql = await view.sql(cluster, leader);
      if (!sql.ok) return { all: false, waitsFor: `${leader}: ${sql.why}` };
      const streams = new Set(sql.value.standbys.filter(({ state }) => state === 'streaming').map(({ name }) => name));
      const members = view.cluster(cluster).members.map(({ name }) => name);
      const missing = members.filter((name) => name !== leader && !streams.has(name));
      const back = members.filter((name) => streams.has(name));
      return missing.length === 0
        ? { all: true, says: `all members stream from ${leader}`, back }
        : { all: false, waitsFor: missing.join(', '), back };
    },
    async ourRun(change) {
      const recent = await runs.list({ cluster: change.cluster, limit: 10 });
      for (const run of recent.filter((one) => one.messageTs && isAtWork(one, view.now()) && fits(one, change)))
        if (hasInterrupted(run, await journal.read(run.id))) return run.id;
      return undefined;
    },
    async tellRun(id, signal, message) {
      const run = await runs.get(id);
      if (!run?.messageTs) throw refusal(`run ${id} has no message yet`, 'It is told again.');
      const { channelId: channel, messageTs: threadTs } = run;
      return chat.post({ channel, threadTs, message, metadata: { id: signal.id }, kind: 'signal', lane: 'alerts' });
    },
  };
}

/** Slack as the alerts want it. */
export function alertChat(chat: Pick<Chat, 'post' | 'update' | 'findPosted' | 'permalink'>): AlertChat {
  return {
    post: ({ channel, message, threadTs, metadata, stillWanted }) =>
      chat.post({
        channel,
        message,
        threadTs,
        ...(metadata ? { metadata: metadata.event_payload, kind: 'signal' } : {}),
        stillWanted,
        lane: 'alerts',
      }),
    async update(message) {
      chat.update(message);
    },
    permalink: (posted) => chat.permalink(posted),
    findPosted: (channel, { id, cluster }, threads) => chat.findPosted(channel, id, { threads, about: cluster }),
  };
}

function isAtWork({ state, endedAtMs }: Run, nowMs: number): boolean {
  if (state === 'running' || state === 'cancelling') return true;
  return endedAtMs !== undefined && nowMs - endedAtMs < RECENT_MS;
}

/** Before its interrupting step was begun, or when that failed, a run has moved nothing: a change that looks like its plan is somebody else's. */
function hasInterrupted({ plan }: Run, journal: Journal): boolean {
  return plan.steps.some(({ id, still }) => still !== undefined && ['started', 'done'].includes(journal[id]?.mark ?? ''));
}

/** Ours only when cluster, old leader, new leader and timeline equal the plan. */
function fits({ material, input }: Run, { from, to, timeline }: Parameters<AlertFacts['ourRun']>[0]): boolean {
  if (material.leader !== from) return false;
  if (to !== undefined && input.to !== to) return false;
  return timeline === undefined || material.timeline === timeline;
}
