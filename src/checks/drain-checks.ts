import { z } from 'zod';
import { blocked, type Check, passed, warned } from '../core/check.ts';
import type { Dcs, MemberReadings, PatroniMember, Snapshot } from '../core/cluster.ts';
import type { Debt } from '../core/debt.ts';
import { DRAINED, DrainName, type DrainTags, drainDebtId, drainTagsOf, sameTags, tagWords } from '../core/drain-tags.ts';
import { refusal } from '../core/errors.ts';
import { anObject, debtOf, memberIn } from '../core/member-facts.ts';
import { known, type Reading } from '../core/reading.ts';
import type { Clients } from '../core/sessions.ts';
import { formatBytes } from '../core/units.ts';
import type { Limits, View } from '../core/view.ts';

export interface Draining {
  readonly cluster: string;
  readonly member: string;
}

export const DrainFacts = z.object({
  snapshot: anObject<Snapshot>(),
  clients: anObject<Reading<Clients>>(),
  debts: anObject<readonly Debt[]>(),
  limits: anObject<Limits>(),
});
export type DrainFacts = z.output<typeof DrainFacts>;

export async function lookForDrain({ cluster, member }: Draining, view: View): Promise<DrainFacts> {
  const [snapshot, clients, debts] = await Promise.all([
    view.snapshot(cluster),
    view.clients(cluster, member),
    view.debts(cluster),
  ]);
  return { snapshot, clients, debts, limits: view.limits(cluster) };
}

/** What is known of the member that is drained or undrained. */
export interface DrainScene {
  readonly tags: DrainTags;
  readonly dcs: Dcs;
  readonly systemId: string;
  readonly debt: Debt | undefined;
  readonly hasProxies: boolean;
  readonly facts: DrainFacts;
}

/** @throws Refusal when there is nothing to plan from: no Patroni, no such member, no DCS, no answer. */
export function drainScene({ cluster, member }: Draining, facts: DrainFacts): DrainScene {
  const { snapshot, debts } = facts;
  if (snapshot.cluster.mode !== 'patroni')
    throw refusal(
      `${cluster} is not run by Patroni`,
      'Draining works by tags of Patroni. Take the member out of its proxies instead.',
    );
  const { patroni, sql } = memberIn(snapshot, member);
  const dcs = known(snapshot.dcs);
  if (!dcs) throw refusal(`the DCS of ${cluster} cannot be read, so who leads is not known`, 'See to etcd first.');
  if (!patroni.ok)
    throw refusal(`Patroni on ${member} does not answer: ${patroni.why}`, 'Its tags cannot be changed until it does.');
  const systemId = known(sql)?.systemId ?? dcs.systemId;
  if (systemId === undefined) throw refusal(`the system identifier of ${cluster} is not known`, 'See to etcd and SQL first.');
  const hasProxies = snapshot.proxies.some(({ stats }) => known(stats)?.replicas.some((server) => server.member === member));
  const debt = debtOf(debts, drainDebtId(cluster, member));
  return { tags: drainTagsOf(patroni.value.tags), dcs, systemId, debt, hasProxies, facts };
}

/** The member is drained already, by us: it only gets a new owner and end. */
export const isKeptOn = ({ debt, tags }: DrainScene): boolean => debt !== undefined && sameTags(tags, DRAINED);

/** @throws Refusal for a leader, and for what people drained by hand. */
export function requireDrainable({ cluster, member }: Draining, { dcs, debt, tags }: DrainScene): void {
  if (dcs.leader === member)
    throw refusal(
      `${member} leads ${cluster}: its tags would not stop its clients`,
      `Switch over first: \`/pg switchover ${cluster}\`.`,
    );
  if (!debt && sameTags(tags, DRAINED))
    throw refusal(
      `${member} has the tags ${tagWords(tags)} already, and not by a drain of Trunkline: nothing to do`,
      'They stand in its patroni.yml.',
    );
}

/** What the tags were before the drain. @throws Refusal when the member is not drained by us. */
export function tagsBefore(input: Draining, scene: DrainScene): DrainTags {
  const args = z.object({ tags: DrainTagsShape }).safeParse(scene.debt?.gone.args);
  if (args.success) return args.data.tags;
  throw notOurs(input, scene);
}

function notOurs({ cluster, member }: Draining, { tags }: DrainScene): Error {
  return refusal(
    `${member} of ${cluster} is not drained by Trunkline: nothing to do`,
    `Patroni there runs with ${tagWords(tags)}; what people wrote into its patroni.yml they take out there.`,
  );
}

/** The name of the drain that its debt takes back; a release that gave none wrote none into patroni.yml. @throws Refusal as `tagsBefore`. */
export function drainOf(input: Draining, scene: DrainScene): string {
  if (!scene.debt) throw notOurs(input, scene);
  return z.object({ drain: DrainName.default('unnamed') }).parse(scene.debt.release.args).drain;
}

const DrainTagsShape = z.object({ nofailover: z.boolean(), noloadbalance: z.boolean(), nosync: z.boolean() });

/** The pre-flight list of a drain. `risky`: why writes may stop. */
export function drainChecks(
  { member }: Draining,
  scene: DrainScene,
): { readonly checks: readonly Check[]; readonly risky?: string } {
  const others = scene.facts.snapshot.members.filter(({ name }) => name !== member && name !== scene.dcs.leader);
  const sync = syncCheck(member, scene, others);
  return {
    checks: [successors(member, others), readers(member, others), sync.check, clientsCheck(member, scene)],
    ...(sync.risky === undefined ? {} : { risky: sync.risky }),
  };
}

const seeStatus = (cluster: string): string => `See \`/pg status ${cluster}\`; undrain it when it streams, or leads.`;

/** The pre-flight list of taking a drain back. */
export function undrainChecks({ cluster, member }: Draining, { dcs, facts: { snapshot, limits } }: DrainScene): readonly Check[] {
  const primary = snapshot.members.find(({ sql }) => known(sql)?.inRecovery === false);
  if (primary?.name === member)
    return [passed('streams', `${member} is the primary now, so it reads nothing old; as a replica it takes readers again`)];
  if (primary === undefined && dcs.leader === member)
    return [
      blocked('streams', `${member} holds the leader key and does not say by SQL that it is the primary`, seeStatus(cluster), {
        hard: false,
      }),
    ];
  const sql = known(primary?.sql);
  const row = sql?.standbys.find(({ name }) => name === member);
  if (row?.state !== 'streaming' || sql?.writeLsn === undefined || row.replayLsn === undefined) {
    const says = `${member} does not stream from the primary, so its readers would read old rows`;
    return [blocked('streams', says, seeStatus(cluster), { hard: false })];
  }
  const bytes = Math.max(0, sql.writeLsn - row.replayLsn);
  const says = `${member} streams and replays ${formatBytes(bytes)} behind`;
  const limit = formatBytes(limits.maxReplayLagBytes);
  if (bytes <= limits.maxReplayLagBytes) return [passed('streams', says, limit)];
  return [
    blocked('streams', says, 'Its readers would read old rows. Wait until it has caught up.', {
      hard: false,
      limit,
    }),
  ];
}

function isFit(patroni: PatroniMember | undefined): patroni is PatroniMember {
  return patroni?.role === 'replica' && (patroni.state === 'running' || patroni.state === 'streaming');
}

function successors(member: string, others: readonly MemberReadings[]): Check {
  const fit = others.filter(({ patroni }) => isFit(known(patroni)) && !drainTagsOf(known(patroni)?.tags ?? {}).nofailover);
  const names = fit.map(({ name }) => name);
  if (names.length > 0) return passed('successor', `${names.join(' and ')} can still take over from the leader`);
  const says = `without ${member} nobody can take over from the leader`;
  return blocked('successor', says, 'Bring another replica up first, or override this for a short time.', { hard: false });
}

function readers(member: string, others: readonly MemberReadings[]): Check {
  const fit = others.filter(({ patroni }) => isFit(known(patroni)) && !drainTagsOf(known(patroni)?.tags ?? {}).noloadbalance);
  const names = fit.map(({ name }) => name);
  if (names.length > 0)
    return passed('readers', `${names.join(' and ')} ${names.length === 1 ? 'still takes' : 'still take'} readers`);
  const says = `without ${member} no replica takes readers`;
  return blocked('readers', says, 'Tell the applications that read there, or override this.', { hard: false });
}

function syncCheck(
  member: string,
  { dcs }: DrainScene,
  others: readonly MemberReadings[],
): { readonly check: Check; readonly risky?: string } {
  if (dcs.config.synchronousMode === 'off' || !dcs.sync?.standbys.includes(member))
    return { check: passed('sync', `the leader does not wait for ${member} at a commit`) };
  const left = others.filter(({ patroni }) => isFit(known(patroni)) && !drainTagsOf(known(patroni)?.tags ?? {}).nosync);
  const says = `${member} is a sync standby`;
  if (left.length > 0)
    return {
      check: warned('sync', says, `Patroni takes ${left.map(({ name }) => name).join(' or ')} instead, within its next loops.`),
    };
  if (!dcs.config.synchronousModeStrict)
    return { check: warned('sync', `${says} and nobody can take its place`, 'Commits are not synchronous while it is drained.') };
  const risky = `${member} is the only sync standby and synchronous_mode_strict is on: writes stop while it is drained`;
  return { check: blocked('sync', risky, 'Bring another replica up first.', { hard: false }), risky };
}

function clientsCheck(member: string, { facts: { clients }, hasProxies }: DrainScene): Check {
  if (!clients.ok)
    return warned('clients', `who is connected to ${member} cannot be read: ${clients.why}`, 'Look there yourself.');
  const { connected, active } = clients.value;
  if (connected === 0) return passed('clients', `no client is connected to ${member}`);
  const says = `${connected} ${connected === 1 ? 'client is' : 'clients are'} connected to ${member}, ${active} of them at work`;
  const cut = hasProxies ? 'HAProxy cuts those that came through it; ' : '';
  return warned('clients', says, `${cut}${cut ? 'the' : 'The'} others are waited for, and none is ended.`);
}
