import type { Check } from '../core/check.ts';
import type { MemberReadings } from '../core/cluster.ts';
import { refusal } from '../core/errors.ts';
import { known } from '../core/reading.ts';
import { standbyName } from '../core/standby.ts';
import { slotNameOf, standbyRow } from '../core/standby-row.ts';
import { walFileName } from '../core/timeline-history.ts';
import { nodeHostChecks } from './node-host-checks.ts';
import { plainCopy, type PlainCopy } from './plain-rebuild-copy.ts';
import type { PlainRebuildFacts } from './plain-rebuild-facts.ts';
import { type PlainLogin, plainLogin } from './plain-rebuild-login.ts';
import { type PlainRebuildScene, plainRebuildScene } from './plain-rebuild-scene.ts';
import { type PlainRebuildVerdict, type PlainRebuildWay, plainRebuildVerdict } from './plain-rebuild-verdict.ts';
import { type RebuildAsked, typedName } from './rebuild-plan.ts';
import { rehearsalNote } from './rehearsal-note.ts';
import { partedNote } from './rebuild-verdict.ts';
import { rightfulChecks } from './rightful-checks.ts';

/** All that the steps of a rebuild without Patroni are made of. */
export interface PlainRebuild {
  readonly way: PlainRebuildWay;
  /** What is done, a sentence. */
  readonly summary: string;
  readonly primary: { readonly name: string; readonly host: string; readonly port: number };
  /** Of the primary. */
  readonly timeline: number;
  readonly systemId: string;
  readonly checks: readonly Check[];
  readonly notes: readonly string[];
  /** Why something is discarded, where it is. */
  readonly discards?: string;
  /** The node's own, where it has a data directory: the claim of its stop is tied to it. */
  readonly own?: { readonly systemId: string; readonly timeline: number };
  readonly nodeLeads: boolean;
  readonly runs: boolean;
  readonly restoreWal: boolean;
  /** Name of the unit that rewinds. */
  readonly claim: string;
  /** What is kept of the lost branch; absent where there is none, or where it is not known. */
  readonly keepWal?: { readonly from: string; readonly suffix: string };
  /** What the old data directory is called when a new copy is made. */
  readonly oldSuffix: string;
  readonly slot: PlainSlot;
  readonly login: PlainLogin;
  readonly copy: PlainCopy;
  /** Slots by which the node served others when it was the primary: else it keeps WAL for ever. */
  readonly leftSlots: readonly string[];
}

/** The slot on the primary by which the node will stream. */
interface PlainSlot {
  readonly name: string;
  /** Its name where it is not there yet. */
  readonly reserves: readonly string[];
  /** Slots of the node's that have lost WAL and are of no use. */
  readonly lost: readonly string[];
}

/** Not of a standby that answers and does not stream from the primary: it may follow the node, and would not find its slot again. */
function leftSlots({ leader, others }: PlainRebuildScene): readonly string[] {
  const mayFollow = (one: MemberReadings) => known(one.sql)?.inRecovery === true && !standbyRow(leader.sql, one);
  return [leader, ...others.filter((one) => !mayFollow(one))].flatMap(({ name }) => [slotNameOf(name), standbyName(name)]);
}

/** @throws Refusal for a member that can't be rebuilt. */
export function planPlainRebuild(facts: PlainRebuildFacts, asked: RebuildAsked): PlainRebuild {
  const scene = plainRebuildScene(facts);
  requireSomethingToDo(scene, asked.how);
  const verdict = plainRebuildVerdict(scene, possible(scene, asked.how));
  const { way } = verdict;
  const { leader, control, server } = scene;
  const hasData = server !== undefined && server.process !== 'no data directory';
  const slot = slotFor(scene);
  const login = plainLogin(scene, { way, slot: slot.name });
  const copy = plainCopy(scene, way);
  const discards = discardsOf(scene, verdict, copy.deletesOld);
  const at = portOf(scene);
  const named = names(scene, verdict);
  const rightful = way === 'nothing' ? [] : rightfulChecks(scene);
  return {
    ...{ way, slot, login, copy, nodeLeads: scene.nodeLeads, leftSlots: leftSlots(scene) },
    summary: summaryOf(way, scene),
    primary: { name: leader.name, ...at },
    timeline: leader.sql.timeline,
    systemId: leader.sql.systemId,
    checks: [
      ...rightful,
      ...verdict.checks,
      ...login.checks,
      ...copy.checks,
      ...nodeHostChecks(scene, way),
      ...typedName(scene, discards, asked.discard),
    ],
    notes: [
      `Why: ${verdict.why}.`,
      ...notesOf(scene, verdict, { ...copy, keepsWal: named.keepWal !== undefined }),
      ...login.notes,
    ],
    ...(discards === undefined ? {} : { discards }),
    ...(hasData ? { own: { systemId: control?.systemId ?? '0', timeline: scene.timeline ?? 1 } } : {}),
    runs: server?.process === 'running',
    restoreWal: (scene.data?.restoreCommand ?? '') !== '',
    ...named,
  };
}

function possible({ cluster }: PlainRebuildScene, how: RebuildAsked['how']): Exclude<RebuildAsked['how'], 'delta'> {
  if (how !== 'delta') return how;
  throw refusal(
    `${cluster} is run without Patroni, and a restore by pgBackRest in place is for members of Patroni`,
    'Leave `--how` out: it is rewound, or copied by pg_basebackup.',
  );
}

function requireSomethingToDo({ node, leader, cluster, streams }: PlainRebuildScene, how: RebuildAsked['how']): void {
  if (!streams || how !== 'reinit') return;
  throw refusal(
    `${node.name} streams from ${leader.name}, so there is nothing to rebuild`,
    `To copy it anew all the same, stop its PostgreSQL by hand, then: \`/pg bootstrap ${cluster} ${node.name} --discard ${node.name}\`.`,
  );
}

/** Nothing in them moves while a second primary takes writes: they are hashed. */
function names({ leader, parted, control, timeline, server, sql, end }: PlainRebuildScene, verdict: PlainRebuildVerdict) {
  const from = Number.isFinite(parted?.lsn) ? parted?.lsn : undefined;
  const hex = (value: number | undefined) => (value ?? 0).toString(16);
  const lost = verdict.lostBytes !== 0 && parted !== undefined && from !== undefined && control !== undefined;
  const old = server?.process === 'running' ? sql?.postmasterStartedAtMs : end;
  return {
    claim: `rewind-${leader.sql.systemId}-t${leader.sql.timeline}-${hex(from)}`,
    oldSuffix: `old-t${timeline ?? 0}-${hex(old)}`,
    ...(lost
      ? {
          keepWal: {
            from: walFileName(parted.timeline, from, control.walSegmentBytes),
            suffix: `wal-t${timeline ?? 0}-${hex(from)}`,
          },
        }
      : {}),
  };
}

function portOf({ facts, leader }: PlainRebuildScene): { readonly host: string; readonly port: number } {
  const { host, port = 5432 } = facts.snapshot.cluster.members.find(({ name }) => name === leader.name) ?? { host: '' };
  return { host, port };
}

function slotFor({ node, leader }: PlainRebuildScene): PlainSlot {
  const own = [slotNameOf(node.name), standbyName(node.name)];
  const found = leader.sql.slots.filter(({ name, kind }) => kind === 'physical' && own.includes(name));
  const lost = found.filter(({ walStatus }) => walStatus === 'lost').map(({ name }) => name);
  const usable = found.find(({ name }) => !lost.includes(name));
  const made = standbyName(node.name);
  return usable ? { name: usable.name, reserves: [], lost } : { name: made, reserves: [made], lost };
}

function summaryOf(way: PlainRebuildWay, { node, leader, nodeLeads }: PlainRebuildScene): string {
  const to = `${leader.name} on timeline ${leader.sql.timeline}`;
  if (way === 'nothing') return `it streams from ${to} already.`;
  const stops = nodeLeads ? `stop it, as it takes writes beside ${leader.name}; ` : '';
  const does = { follow: `let it follow ${to}`, rewind: `rewind it to ${to}`, reinit: `make a new copy of ${to}` }[way];
  return `${stops}${does}. Clients of ${leader.name} notice nothing${nodeLeads ? `, those of ${node.name} are cut off` : ''}.`;
}

function discardsOf(scene: PlainRebuildScene, { way, lostBytes }: PlainRebuildVerdict, deletesOld: boolean): string | undefined {
  const { node, leader, server, nodeLeads } = scene;
  if (way === 'nothing' || way === 'follow' || server?.process === 'no data directory') return undefined;
  if (nodeLeads)
    return `${node.name}, which takes writes now, is stopped, and what it wrote after it parted from ${leader.name} leaves the database`;
  if (deletesOld) return `the old data directory of ${node.name} is deleted`;
  return lostBytes === 0 ? undefined : `what ${node.name} wrote after it parted from ${leader.name} leaves the database`;
}

const WAL_IS_KEPT = 'The WAL of the lost branch is kept beside the data directory first; `/pg kept` lists it.';
const WAL_IS_GONE =
  'No WAL of a lost branch is kept, as it is not known where that begins: copy pg_wal away by hand first if it may matter.';

function notesOf(
  scene: PlainRebuildScene,
  verdict: PlainRebuildVerdict,
  { deletesOld, keepsWal }: Pick<PlainCopy, 'deletesOld'> & { readonly keepsWal: boolean },
): readonly string[] {
  const { way, lostBytes } = verdict;
  const { node, data } = scene;
  if (way === 'nothing') return [];
  const own = data?.names.includes('postgresql.conf') === true && way !== 'follow';
  const goes = lostBytes !== 0 && (way === 'rewind' || deletesOld);
  return [
    partedNote(scene, verdict),
    ...(way === 'rewind' ? [rehearsalNote(scene)] : []),
    ...(goes ? [keepsWal ? WAL_IS_KEPT : WAL_IS_GONE] : []),
    ...(way === 'reinit' && !deletesOld && data ? ['The old data directory stays beside the new one; `/pg kept` lists it.'] : []),
    ...(own
      ? [
          `The configuration of ${node.name} lies in its data directory, so it becomes a copy of that of ${scene.leader.name}: see to listen_addresses and port if they differ.`,
        ]
      : []),
  ];
}
