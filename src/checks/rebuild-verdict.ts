import { blocked, type Check, passed, warned } from '../core/check.ts';
import { formatLsn } from '../core/lsn.ts';
import { known } from '../core/reading.ts';
import { formatBytes } from '../core/units.ts';
import { halfWritten } from './half-written.ts';
import type { RebuildScene } from './rebuild-scene.ts';
import { rewindChecks } from './rewind-checks.ts';

/** What a rebuild comes to: nothing, waiting for Patroni, a rewind, or a new copy. */
export type RebuildWay = 'nothing' | 'wait' | 'rewind' | 'reinit';

export interface RebuildVerdict {
  readonly way: RebuildWay;
  /** A clause: why this way. */
  readonly why: string;
  /** Bytes that only the node has, at least; 0 where it did not part, absent where that is not known. */
  readonly lostBytes?: number;
  readonly checks: readonly Check[];
}

/** Decides; `how` is what the person asked for. */
export function rebuildVerdict(scene: RebuildScene, how: 'auto' | 'rewind' | 'reinit'): RebuildVerdict {
  const { node, leader, streams } = scene;
  const lostBytes = lostBytesOf(scene);
  const lost = lostBytes === undefined ? {} : { lostBytes };
  if (streams) {
    const why = `${node.name} streams from ${leader.name} on timeline ${leader.sql.timeline}`;
    return { way: 'nothing', why, lostBytes: 0, checks: [passed('streams', why)] };
  }
  const half = halfWritten(scene);
  const checks = [...(half ? [half] : []), notPaused(scene)];
  if (how === 'reinit') return { way: 'reinit', why: 'a new copy was asked for', ...lost, checks };
  if (half) return { way: 'reinit', why: diedHalfWay(half, node.name), checks };
  const unread = unreadCheck(scene);
  if (unread && how === 'auto') return { way: 'reinit', why: 'what a rewind needs can not be read', checks: [...checks, unread] };
  const needs = rewindChecks(scene);
  if (how === 'rewind') return { way: 'rewind', why: 'a rewind was asked for', ...lost, checks: [...checks, ...needs] };
  if (lostBytes === 0) return { ...follows(scene), lostBytes, checks };
  const missing = needs.filter(({ verdict }) => verdict === 'block');
  if (missing.length > 0) {
    const told = needs.map((check) => (check.verdict === 'block' ? asReason(check) : check));
    return { way: 'reinit', why: `a rewind can not work: ${missing[0]?.says ?? ''}`, ...lost, checks: [...checks, ...told] };
  }
  const all = [...checks, ...needs];
  const byItself = patroniRewinds(scene);
  if (byItself !== undefined) return { way: 'wait', why: byItself, ...lost, checks: all };
  const why = `${node.name} parted from ${leader.name}, and all that pg_rewind needs is there`;
  return { way: 'rewind', why, ...lost, checks: all };
}

function diedHalfWay({ id }: Check, node: string): string {
  return id === 'half-restored' ? `a restore on ${node} died half way` : `a rewind of ${node} died half way`;
}

/** `undefined`: it is not known where the node parted. A server that crashed as a primary may have more WAL than its control file says. */
function lostBytesOf({ parted, end, control, sql, leader, replays }: RebuildScene): number | undefined {
  if (!parted || end === undefined || !control || control.systemId !== leader.sql.systemId) return undefined;
  // It replays what the leader wrote, so its position is on the leader's branch.
  if (sql?.inRecovery && replays === leader.sql.timeline) return 0;
  if (end > parted.lsn) return end - parted.lsn;
  // The record of a shutdown checkpoint begins where the control file says.
  if (end === parted.lsn && control.state === 'shut down') return 1;
  if (CRASHED.includes(control.state) && !sql && parted.timeline !== leader.sql.timeline) return undefined;
  return 0;
}

/** What pg_controldata says of a primary that came to no clean end (src/bin/pg_controldata): its WAL goes on behind its last checkpoint. */
const CRASHED = ['in production', 'shutting down', 'in crash recovery'];

/** It did not part, so it needs no rewind; what keeps it from streaming is something else. */
function follows({ node, leader, server }: RebuildScene): { way: 'wait' | 'reinit'; why: string } {
  const state = known(node.patroni)?.state ?? 'of unknown state';
  const did = `${node.name} has nothing that ${leader.name} lacks, so Patroni lets it follow by itself (it is ${state} now)`;
  if (server?.patroni.active === 'active') return { way: 'wait', why: did };
  const unit = server ? `${server.patroni.active}${server.patroni.enabled === 'masked' ? ' and masked' : ''}` : 'unknown';
  return { way: 'wait', why: `${did}, once Patroni runs there: its unit is ${unit}` };
}

/** Patroni rewinds with postgresql.use_pg_rewind when it next starts PostgreSQL or follows a new leader (patroni/postgresql/rewind.py). */
function patroniRewinds({ facts, node, server, leader }: RebuildScene): string | undefined {
  const config = known(facts.snapshot.dcs)?.config;
  if (config?.usePgRewind !== true || config.paused || server?.patroni.active !== 'active') return undefined;
  return `Patroni on ${node.name} rewinds it by itself (use_pg_rewind is on): in its next round, at most ${config.loopWaitS} s from now, once ${leader.name} has written the checkpoint of its promotion`;
}

/** What could not be asked is no reason to throw a copy away: a person decides. A data directory that is not there is one. */
function unreadCheck({ facts, node, server, leader }: RebuildScene): Check | undefined {
  if (server?.process === 'no data directory') return undefined;
  const silent = [facts.server, facts.data, leader.data].find(({ ok }) => !ok);
  if (!silent || silent.ok) return undefined;
  return blocked(
    'can-be-read',
    `${silent.source} can not be read: ${silent.why}`,
    `Ask again. If it stays so and ${node.name} is worth nothing any more: \`--how reinit\`.`,
    { hard: true },
  );
}

function notPaused({ cluster, facts }: RebuildScene): Check {
  return known(facts.snapshot.dcs)?.config.paused === true
    ? blocked(
        'not-paused',
        `Patroni of ${cluster} is paused, so stopping it does not stop PostgreSQL`,
        'Resume it, then ask again.',
        {
          hard: true,
        },
      )
    : passed('not-paused', `Patroni of ${cluster} is not paused`);
}

const asReason = ({ id, says, limit }: Check): Check =>
  warned(id, says, 'So a rewind can not work, and a new copy is made.', limit);

/** Where the node parted and what only it has, for the approver. */
export function partedNote(
  { node, leader, parted, timeline }: RebuildScene,
  { lostBytes }: Pick<RebuildVerdict, 'lostBytes'>,
): string {
  if (!parted)
    return `Where ${node.name} parted from ${leader.name} is not known, so it may hold rows that ${leader.name} lacks.`;
  if (lostBytes === 0) return `${node.name} holds nothing that ${leader.name} lacks: it stands before ${formatLsn(parted.lsn)}.`;
  const bytes = lostBytes === undefined ? 'an unknown amount of WAL' : `at least ${formatBytes(lostBytes)} of WAL`;
  return `${node.name} wrote ${bytes} on timeline ${timeline} after ${formatLsn(parted.lsn)}, where ${leader.name} went on: these changes leave the database.`;
}
