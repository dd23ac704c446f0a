import { z } from 'zod';
import { asError } from '../core/errors.ts';
import { known, type Reading } from '../core/reading.ts';
import type { Server } from '../core/server.ts';
import type { IdentifiedSystem, Upstream } from '../core/upstream.ts';
import type { View } from '../core/view.ts';
import { LeftClaims, lookForClaims } from './left-claims.ts';
import { plainSceneOf } from './plain-scene.ts';
import { chooseStandby } from './standby-choice.ts';
import { lookForSwitchover, SwitchoverFacts } from './switchover-facts.ts';

const isObject = (value: unknown): boolean => typeof value === 'object' && value !== null;

/** What a switchover of a plain streaming cluster is planned from: SQL of each member, its host, and whether roles can be swapped. */
export const StreamingFacts = SwitchoverFacts.extend({
  servers: z.record(z.string(), z.custom<Reading<Server>>(isObject)),
  upstreams: z.record(z.string(), z.custom<Reading<Upstream>>(isObject)),
  /** By the member that would follow the candidate. */
  logins: z.record(z.string(), z.custom<Reading<IdentifiedSystem>>(isObject)),
  claims: LeftClaims,
  /** As whom that was, where there was a choice. */
  loginsAs: z.record(z.string(), z.custom<Upstream>(isObject)),
});
export type StreamingFacts = z.output<typeof StreamingFacts>;

/** Reads everything afresh; then each other member tries to log in to the candidate for replication, from its own host. */
export async function lookForStreamingSwitchover(cluster: string, to: string | undefined, view: View): Promise<StreamingFacts> {
  const names = view.cluster(cluster).members.map(({ name }) => name);
  const each = async <T>(ask: (name: string) => Promise<T>) =>
    Object.fromEntries(await Promise.all(names.map(async (name) => [name, await ask(name)] as const)));
  const [facts, servers, upstreams] = await Promise.all([
    lookForSwitchover(cluster, view),
    each((name) => view.server(cluster, name)),
    each((name) => view.upstream(cluster, name)),
  ]);
  const read = { ...facts, servers, upstreams, logins: {}, loginsAs: {}, claims: {} };
  const [logins, claims] = await Promise.all([tryLogins(cluster, to, read, view), claimsOf(read, view)]);
  return { ...read, ...logins, claims };
}

interface Pair {
  readonly leader: string;
  readonly target: string;
}

/** As whom a member follows the candidate: as the try to log in found, else the first way of `waysToFollow`. */
export function followsAs(
  facts: Pick<StreamingFacts, 'snapshot' | 'upstreams'> & Partial<Pick<StreamingFacts, 'loginsAs'>>,
  member: string,
  of: Pair,
): Upstream | undefined {
  return facts.loginsAs?.[member] ?? waysToFollow(facts, member, of)[0];
}

/**
 * A standby follows as it does now. The primary as the candidate does, as what serves one direction mostly serves the other; else as itself,
 * where it was a standby before: primary_conninfo outlives a promotion.
 */
function waysToFollow(
  { snapshot, upstreams }: Pick<StreamingFacts, 'snapshot' | 'upstreams'>,
  member: string,
  { leader, target }: Pair,
): readonly Upstream[] {
  const own = known(upstreams[member]);
  const theirs = known(upstreams[target]);
  const placeOf = (name: string) => snapshot.cluster.members.find((one) => one.name === name)?.passfile;
  const place = placeOf(member);
  // The file of a bootstrap lies beside the data directory of each host, wherever that is there.
  const moved = theirs?.passfile !== undefined && theirs.passfile === placeOf(target) && place !== undefined;
  const as = moved ? { ...theirs, passfile: place } : theirs;
  return (member === leader ? [as, own] : [own]).filter((way) => way?.user !== undefined) as readonly Upstream[];
}

async function tryLogins(
  cluster: string,
  to: string | undefined,
  facts: StreamingFacts,
  view: View,
): Promise<Pick<StreamingFacts, 'logins' | 'loginsAs'>> {
  const pair = pairOf(facts, to);
  if (!pair) return { logins: {}, loginsAs: {} };
  const others = facts.snapshot.members.map(({ name }) => name).filter((name) => name !== pair.target);
  const tried = await Promise.all(
    others.map(async (from) => [from, await tryLogin(cluster, { ...facts, from, pair }, view)] as const),
  );
  return {
    logins: Object.fromEntries(tried.map(([from, { login }]) => [from, login])),
    loginsAs: Object.fromEntries(tried.flatMap(([from, { as }]) => (as ? [[from, as] as const] : []))),
  };
}

/** The first way that works, or what the first one came to. */
async function tryLogin(
  cluster: string,
  { from, pair, ...facts }: StreamingFacts & { readonly from: string; readonly pair: Pair },
  view: View,
): Promise<{ readonly login: Reading<IdentifiedSystem>; readonly as?: Upstream }> {
  const source = `IDENTIFY_SYSTEM of ${pair.target} from ${from}`;
  const why = `primary_conninfo of ${from === pair.leader ? pair.target : from} names no user, or could not be read`;
  let first: Reading<IdentifiedSystem> | undefined;
  for (const as of waysToFollow(facts, from, pair)) {
    const { user = '', passfile } = as;
    const login = await view.replicationLogin(cluster, { from, to: pair.target, user, ...(passfile ? { passfile } : {}) });
    if (login.ok) return { login, as };
    first ??= login;
  }
  return { login: first ?? { ok: false, why, source, atMs: facts.atMs } };
}

/** On the hosts of all but the primary, once it is known who that is. */
async function claimsOf({ snapshot }: StreamingFacts, view: View): Promise<LeftClaims> {
  const { systemId, timeline, leader } = materialOf(snapshot);
  if (systemId === null || timeline === null) return {};
  const members = snapshot.members.map(({ name }) => name).filter((name) => name !== leader);
  return lookForClaims({ cluster: snapshot.cluster.name, life: { systemId, timeline }, members }, view);
}

/** Who would lead and who leads; `undefined` where the plan will refuse anyway, with its reason. */
function pairOf(facts: StreamingFacts, to: string | undefined): Pair | undefined {
  try {
    const target = chooseStandby(facts, to);
    return target === undefined ? undefined : { leader: plainSceneOf(facts).leader.name, target };
  } catch (error) {
    if (asError(error).name === 'TrunklineError') return undefined;
    throw error;
  }
}

/** The facts whose change makes an approval stale; what could not be read is null. */
export const streamingMaterial = ({ snapshot }: StreamingFacts) => materialOf(snapshot);

function materialOf({ members }: StreamingFacts['snapshot']) {
  const primaries = members.flatMap(({ name, sql }) => (sql.ok && !sql.value.inRecovery ? [{ name, sql: sql.value }] : []));
  const primary = primaries.length === 1 ? primaries[0] : undefined;
  return {
    systemId: primary?.sql.systemId ?? null,
    leader: primary?.name ?? null,
    timeline: primary?.sql.timeline ?? null,
    members: members.map(({ name }) => name).sort(),
  };
}
