import { z } from 'zod';
import { known, type Reading } from '../core/reading.ts';
import type { Clients } from '../core/sessions.ts';
import type { AccessRule, BareHost, CopySource } from '../core/standby.ts';
import type { IdentifiedSystem, Upstream } from '../core/upstream.ts';
import type { Limits, View } from '../core/view.ts';
import { RebuildFacts } from './rebuild-facts.ts';

const isObject = (value: unknown): boolean => typeof value === 'object' && value !== null;

/** What the rebuild of a member of a plain streaming cluster is planned from; `leader` is the only other member that is out of recovery. */
export const PlainRebuildFacts = RebuildFacts.extend({
  limits: z.custom<Limits>(isObject),
  /** As whom the node would follow: by its own settings, else by those of the primary, which was a standby once. */
  login: z.object({ upstream: z.custom<Upstream>(isObject), tried: z.custom<Reading<IdentifiedSystem>>(isObject) }).optional(),
  /** Of the node and of the primary. */
  clients: z.record(z.string(), z.custom<Reading<Clients>>(isObject)),
  source: z.custom<Reading<CopySource>>(isObject),
  rules: z.custom<Reading<readonly AccessRule[]>>(isObject),
  host: z.custom<Reading<BareHost>>(isObject),
  primaryHost: z.custom<Reading<BareHost>>(isObject),
});
export type PlainRebuildFacts = z.output<typeof PlainRebuildFacts>;

/**
 * Reads everything afresh; a part that is down is in the facts as not read.
 * @throws Refusal when there is no such cluster or member.
 */
export async function lookForPlainRebuild(cluster: string, node: string, view: View): Promise<z.input<typeof PlainRebuildFacts>> {
  const [snapshot, server] = await Promise.all([view.snapshot(cluster), view.server(cluster, node)]);
  const primaries = snapshot.members.filter(({ name, sql }) => name !== node && known(sql)?.inRecovery === false);
  const primary = primaries.length === 1 ? primaries[0]?.name : undefined;
  const nobody = { ok: false, why: 'no other member leads', source: 'SQL', atMs: view.now() } as const;
  const ofPrimary = async <T>(ask: (name: string) => Promise<T>) => (primary === undefined ? undefined : ask(primary));
  const [data, leader, login, clients, source, rules, host, primaryHost] = await Promise.all([
    view.dataDirectory(cluster, node),
    ofPrimary((name) => lookAtPrimary(cluster, name, view)),
    ofPrimary((name) => tryLogin(cluster, { node, primary: name }, view)),
    clientsOf(cluster, [node, ...(primary === undefined ? [] : [primary])], view),
    ofPrimary((name) => view.standbys.source(cluster, name)),
    ofPrimary((name) => view.standbys.rules(cluster, name)),
    view.standbys.host(cluster, node),
    ofPrimary((name) => view.standbys.host(cluster, name)),
  ]);
  const mark = known(data)?.mark;
  const rewind = mark?.isOfThis ? await view.unit(cluster, node, mark.claim) : undefined;
  return {
    ...{ snapshot, limits: view.limits(cluster), node, server, data, clients, host },
    ...{ source: source ?? nobody, rules: rules ?? nobody, primaryHost: primaryHost ?? nobody },
    ...(leader ? { leader } : {}),
    ...(login ? { login } : {}),
    ...(rewind ? { rewind } : {}),
  };
}

async function lookAtPrimary(cluster: string, name: string, view: View) {
  const [server, data, source] = await Promise.all([
    view.server(cluster, name),
    view.dataDirectory(cluster, name),
    view.rewindSource(cluster, name),
  ]);
  return { name, server, data, source };
}

/** `undefined` where nobody's settings name a user. */
async function tryLogin(cluster: string, { node, primary }: { node: string; primary: string }, view: View) {
  const [own, theirs] = await Promise.all([view.upstream(cluster, node), view.upstream(cluster, primary)]);
  const upstream = [known(own), known(theirs)].find((one) => one?.user !== undefined);
  if (upstream?.user === undefined) return undefined;
  const { user, passfile } = upstream;
  const as = { from: node, to: primary, user, ...(passfile === undefined ? {} : { passfile }) };
  return { upstream, tried: await view.replicationLogin(cluster, as) };
}

async function clientsOf(cluster: string, names: readonly string[], view: View): Promise<PlainRebuildFacts['clients']> {
  return Object.fromEntries(await Promise.all(names.map(async (name) => [name, await view.clients(cluster, name)] as const)));
}

/** The facts whose change makes an approval stale; what could not be read is null. */
export function plainRebuildMaterial({ snapshot, leader, node, server }: PlainRebuildFacts) {
  const sqlOf = (name: string | undefined) => known(snapshot.members.find((one) => one.name === name)?.sql);
  const primary = sqlOf(leader?.name);
  const own = sqlOf(node);
  return {
    systemId: primary?.systemId ?? null,
    leader: leader?.name ?? null,
    timeline: primary?.timeline ?? null,
    node,
    nodeTimeline: known(server)?.control?.timeline ?? null,
    /** True: it takes writes beside the primary. */
    nodeLeads: own === undefined ? null : !own.inRecovery,
  };
}
