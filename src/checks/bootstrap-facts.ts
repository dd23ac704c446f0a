import { z } from 'zod';
import type { MemberReadings, Snapshot } from '../core/cluster.ts';
import { type EtcdAccess, filesOf } from '../core/etcd-access.ts';
import { refusal } from '../core/errors.ts';
import { known, type Reading } from '../core/reading.ts';
import type { Server } from '../core/server.ts';
import type { AccessRule, BareHost, CopySource } from '../core/standby.ts';
import type { Limits, View } from '../core/view.ts';

/** All that the plan of a bootstrap is made from. Readings are validated where they were read. */
export const BootstrapFacts = z.object({
  snapshot: z.custom<Snapshot>(isObject),
  limits: z.custom<Limits>(isObject),
  /** The one member that is out of recovery, if there is exactly one. */
  primary: z.string().optional(),
  source: z.custom<Reading<CopySource>>(isObject),
  rules: z.custom<Reading<readonly AccessRule[]>>(isObject),
  host: z.custom<Reading<BareHost>>(isObject),
  server: z.custom<Reading<Server>>(isObject),
  /** The C library of the primary's host. */
  primaryHost: z.custom<Reading<BareHost>>(isObject),
  /** By the primary's patroni.yml; absent where there is no Patroni. */
  etcdAccess: z.custom<Reading<EtcdAccess>>(isObject).optional(),
});
export type BootstrapFacts = z.output<typeof BootstrapFacts>;

/**
 * Reads everything afresh; what is down is in the facts as not read.
 * @throws Refusal when the configuration knows no such host.
 */
export async function lookForBootstrap(cluster: string, member: string, view: View): Promise<BootstrapFacts> {
  const { members } = view.cluster(cluster);
  if (!members.some(({ name }) => name === member))
    throw refusal(
      `${cluster} has no host ${JSON.stringify(member)} in the configuration`,
      `Add it to the members of ${cluster} with its address, its sshHostKey and its dataDirectory. Known: ${members.map(({ name }) => name).join(', ')}.`,
    );
  const snapshot = await view.snapshot(cluster);
  const primaries = snapshot.members.filter(({ name, sql }) => name !== member && known(sql)?.inRecovery === false);
  const primary = primaries.length === 1 ? primaries[0]?.name : undefined;
  const nobody = { ok: false, why: 'no primary was found', source: 'SQL', atMs: view.now() } as const;
  const source = primary === undefined ? nobody : await view.standbys.source(cluster, primary);
  const etcdAccess =
    snapshot.cluster.mode === 'patroni' && primary !== undefined ? await view.standbys.etcdAccess(cluster, primary) : undefined;
  const access = etcdAccess && known(etcdAccess);
  const further = [...(known(source)?.tablespaces.map(({ location }) => location) ?? []), ...(access ? filesOf(access) : [])];
  const [rules, host, server, primaryHost] = await Promise.all([
    primary === undefined ? nobody : view.standbys.rules(cluster, primary),
    view.standbys.host(cluster, member, further),
    view.server(cluster, member),
    primary === undefined ? nobody : view.standbys.host(cluster, primary),
  ]);
  return {
    ...{ snapshot, limits: view.limits(cluster), source, rules, host, server, primaryHost },
    ...(primary === undefined ? {} : { primary }),
    ...(etcdAccess ? { etcdAccess } : {}),
  };
}

/** The facts whose change makes an approval stale. */
export function bootstrapMaterial({ snapshot, primary, host }: BootstrapFacts) {
  const sql = known(memberIn(snapshot, primary)?.sql);
  const found = known(host);
  return {
    systemId: sql?.systemId ?? 'none',
    timeline: sql?.timeline ?? 0,
    primary: primary ?? null,
    dataDirectory: found ? (found.paths[found.places.dataDirectory]?.kind ?? null) : null,
  };
}

/** The readings of one member. */
export function memberIn(snapshot: Snapshot, name: string | undefined): MemberReadings | undefined {
  return snapshot.members.find((member) => member.name === name);
}

function isObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null;
}
