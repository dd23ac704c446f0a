import { z } from 'zod';
import { asError } from '../core/errors.ts';
import type { Reading } from '../core/reading.ts';
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
  const read = { ...facts, servers, upstreams, logins: {}, claims: {} };
  const [logins, claims] = await Promise.all([tryLogins(cluster, to, read, view), claimsOf(read, view)]);
  return { ...read, logins, claims };
}

/** As whom a member would follow the candidate: a standby as it does now, the primary as the candidate does. */
export function followsAs(facts: Pick<StreamingFacts, 'upstreams'>, member: string, of: { leader: string; target: string }) {
  const own = facts.upstreams[member === of.leader ? of.target : member];
  return own?.ok ? own.value : undefined;
}

async function tryLogins(
  cluster: string,
  to: string | undefined,
  facts: StreamingFacts,
  view: View,
): Promise<StreamingFacts['logins']> {
  const pair = pairOf(facts, to);
  if (!pair) return {};
  const others = facts.snapshot.members.map(({ name }) => name).filter((name) => name !== pair.target);
  const tried = others.map(async (from): Promise<[string, Reading<IdentifiedSystem>]> => {
    const { user, passfile } = followsAs(facts, from, pair) ?? {};
    const login = { from, to: pair.target, ...(passfile ? { passfile } : {}) };
    const source = `IDENTIFY_SYSTEM of ${pair.target} from ${from}`;
    const why = `primary_conninfo of ${from === pair.leader ? pair.target : from} names no user, or could not be read`;
    return [from, user ? await view.replicationLogin(cluster, { ...login, user }) : { ok: false, why, source, atMs: facts.atMs }];
  });
  return Object.fromEntries(await Promise.all(tried));
}

/** On the hosts of all but the primary, once it is known who that is. */
async function claimsOf({ snapshot }: StreamingFacts, view: View): Promise<LeftClaims> {
  const { systemId, timeline, leader } = materialOf(snapshot);
  if (systemId === null || timeline === null) return {};
  const members = snapshot.members.map(({ name }) => name).filter((name) => name !== leader);
  return lookForClaims({ cluster: snapshot.cluster.name, life: { systemId, timeline }, members }, view);
}

/** Who would lead and who leads; `undefined` where the plan will refuse anyway, with its reason. */
function pairOf(facts: StreamingFacts, to: string | undefined): { leader: string; target: string } | undefined {
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
