import { decidingRule } from '../core/access-rule.ts';
import { blocked, type Check, passed, warned } from '../core/check.ts';
import { accessWords, filesOf } from '../core/etcd-access.ts';
import type { Dcs } from '../core/cluster.ts';
import { known } from '../core/reading.ts';
import type { BootstrapScene } from './bootstrap-scene.ts';

/** What a host must have, beside what every standby must have, to join a cluster that Patroni runs. */
export function joinChecks(scene: BootstrapScene): readonly Check[] {
  const dcs = known(scene.facts.snapshot.dcs);
  return [
    ...(dcs ? dcsChecks(scene, dcs) : [noDcs(scene)]),
    patroni(scene),
    credentials(scene),
    etcdWay(scene),
    letIn(scene),
    ...routed(scene),
  ];
}

function noDcs({ cluster, facts }: BootstrapScene): Check {
  const { dcs } = facts.snapshot;
  const why = dcs.ok ? 'it says nothing' : dcs.why;
  return blocked('dcs', `the DCS of ${cluster} can not be read: ${why}`, 'A new member joins by the DCS: see to etcd first.', {
    hard: true,
  });
}

function dcsChecks({ cluster, member, primary }: BootstrapScene, dcs: Dcs): readonly Check[] {
  const leads = dcs.leader === primary.name;
  const key = dcs.members[member];
  return [
    leads
      ? passed('dcs', `${primary.name} holds the leader key of ${cluster} and is the primary by SQL`)
      : blocked(
          'dcs',
          `${primary.name} is the primary by SQL, but ${dcs.leader ?? 'nobody'} holds the leader key of ${cluster}`,
          `Nobody knows whom Patroni would copy. Look at \`/pg status ${cluster}\`.`,
          { hard: true },
        ),
    key
      ? blocked('member-key', `the DCS knows a member ${member} already, in state ${key.state ?? 'unknown'}`, NAME_HINT, {
          hard: true,
        })
      : passed('member-key', `the DCS knows no member ${member}`),
    dcs.config.paused
      ? blocked('pause', `${cluster} is paused: Patroni looks after nothing`, `\`/pg resume ${cluster}\` first.`, { hard: false })
      : passed('pause', `${cluster} is not paused`),
  ];
}
const NAME_HINT = 'Stop that one, or give this host another name in the configuration.';

function patroni({ member, host, facts }: BootstrapScene): Check {
  const theirs = facts.snapshot.members.flatMap(({ patroni: rest }) => (rest.ok ? [rest.value.patroniVersion] : []));
  const wanted = [...new Set(theirs)].sort().join(' and ') || 'not known';
  const found = host.patroniVersion;
  if (found === undefined)
    return blocked(
      'patroni',
      `${member} has no Patroni; the others have ${wanted}`,
      `Install it on ${member} (Debian: apt install patroni).`,
      {
        hard: true,
      },
    );
  const config = host.places.patroniConfig;
  if (host.paths[config]?.kind !== 'absent')
    return blocked('patroni', `${config} is on ${member} already`, 'Move it away: it is written anew, for this cluster.', {
      hard: true,
    });
  if (theirs.includes(found)) return passed('patroni', `${member} has Patroni ${found}, as the others`);
  return warned('patroni', `${member} has Patroni ${found}, the others have ${wanted}`, 'Use the same release on all members.');
}

function credentials({ cluster, facts }: BootstrapScene): Check {
  const { joinsByHand } = facts.snapshot.cluster;
  if (joinsByHand !== undefined)
    return blocked(
      'credentials',
      `no patroni.yml can be written for a new member of ${cluster}: ${joinsByHand}, and its keys are on no host that Trunkline knows`,
      'Write its patroni.yml by hand, with the certificates and logins of the other members, and start Patroni there.',
      { hard: true },
    );
  if (facts.snapshot.cluster.joinsAs !== undefined)
    return passed('credentials', `the configuration has the roles that a new member's patroni.yml names`);
  return blocked(
    'credentials',
    `the configuration of ${cluster} has no \`patroni.joins\`: the superuser and the replication role of its members`,
    'Add them as secret references; they are read by the worker and written to the new member alone.',
    { hard: true },
  );
}

/** The new member speaks to etcd as its leader does, so it needs the same files in the same places. */
function etcdWay({ member, host, primary, facts }: BootstrapScene): Check {
  const id = 'etcd-access';
  const read = facts.etcdAccess;
  const config = host.places.patroniConfig;
  if (!read?.ok)
    return blocked(
      id,
      `how Patroni of ${primary.name} speaks to etcd can not be read from ${config} there: ${read?.why ?? 'it was not asked'}`,
      'It must let Trunkline in by ssh and grant what `trunkline sudoers` prints.',
      { hard: true },
    );
  const { sections } = read.value;
  if (!sections.includes('etcd3'))
    return blocked(
      id,
      `${config} on ${primary.name} has no section etcd3${sections.length > 0 ? `, but ${sections.join(' and ')}` : ''}: a member that Trunkline makes would not find the others`,
      'Trunkline joins members by the v3 API of etcd only. Add this one by hand.',
      { hard: true },
    );
  const missing = filesOf(read.value).filter((path) => host.paths[path]?.kind !== 'other');
  const says = `Patroni on ${member} will speak to etcd as on ${primary.name}: ${accessWords(read.value)}`;
  if (missing.length === 0) return passed(id, says);
  return blocked(
    id,
    `${says}; ${missing.join(' and ')} ${missing.length > 1 ? 'are' : 'is'} not on ${member}, or postgres may not read ${missing.length > 1 ? 'them' : 'it'}`,
    `Put ${missing.length > 1 ? 'them' : 'it'} there, readable by postgres, as on ${primary.name}; a key of its own where ${member} has its own certificate.`,
    { hard: true },
  );
}

/** pg_hba.conf of a Patroni cluster belongs to patroni.yml of each member, which only its owner changes. */
function letIn({ member, address, primary, facts }: BootstrapScene): Check {
  const role = facts.snapshot.cluster.joinsAs ?? 'replicator';
  const rule = decidingRule(known(facts.rules) ?? [], { role, address });
  const refuses = rule === undefined || rule.method === 'reject';
  if (!refuses)
    return passed('let-in', `line ${rule.line} of pg_hba.conf on ${primary.name} lets ${role} replicate from ${address}`);
  return blocked(
    'let-in',
    `${primary.name} does not let ${role} replicate from ${address}: ${rule ? `line ${rule.line} of its pg_hba.conf says reject` : 'no line of its pg_hba.conf fits'}`,
    `Add \`host replication ${role} ${address}/32 scram-sha-256\` to postgresql.pg_hba in patroni.yml of every member, then \`/pg reload\`, so that ${member} can copy.`,
    { hard: true },
  );
}

function routed({ member, address, port, facts }: BootstrapScene): readonly Check[] {
  const blind = facts.snapshot.proxies.filter(({ stats }) => {
    const read = known(stats);
    return read && !read.replicas.some((server) => server.member === member);
  });
  if (blind.length === 0) return [];
  return [
    warned(
      'haproxy',
      `${blind.map(({ name }) => name).join(' and ')} know no server ${member}, so no client will reach it`,
      `Add \`server ${member} ${address}:${port} check port 8008\` to both backends of haproxy.cfg, like the lines of the others, and reload HAProxy.`,
    ),
  ];
}
