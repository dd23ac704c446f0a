import { isIP } from 'node:net';
import { blocked, type Check, passed, warned } from '../core/check.ts';
import { known } from '../core/reading.ts';
import { formatBytes } from '../core/units.ts';
import type { BootstrapScene } from './bootstrap-scene.ts';

/** What the host must have before anything is copied to it. */
export function bootstrapHostChecks(scene: BootstrapScene, { hasPatroni }: { hasPatroni: boolean }): readonly Check[] {
  return [
    addressed(scene),
    programs(scene),
    collations(scene),
    down(scene, hasPatroni),
    dataDirectory(scene, hasPatroni),
    noOldCopy(scene),
    room(scene),
    ...walPlace(scene),
    ...tablespaces(scene),
    ...(hasPatroni ? [] : configuration(scene)),
  ];
}

/** The same of a host whose old data directory is set aside, once the copy is complete. */
export function copyTargetChecks(scene: BootstrapScene): readonly Check[] {
  return [addressed(scene), programs(scene), collations(scene), notMounted(scene), noOldCopy(scene), ...configured(scene)];
}

function configured({ member, host, facts }: BootstrapScene): readonly Check[] {
  const { configFile } = host.places;
  if (configFile === undefined || host.paths[configFile]?.kind !== 'absent') return [];
  const hint = `Have \`/pg bootstrap ${facts.snapshot.cluster.name} ${member} --discard ${member}\` make one.`;
  return [blocked('configuration', `there is no ${configFile} on ${member}, so PostgreSQL does not start`, hint, { hard: true })];
}

function notMounted({ member, host }: BootstrapScene): Check {
  const { dataDirectory: path } = host.places;
  return host.paths[path]?.isMount
    ? blocked('data-directory', `${path} on ${member} is a file system of its own, so nothing can be moved there`, MOUNT_HINT, {
        hard: true,
      })
    : passed('data-directory', `${path} on ${member} can be renamed and a copy be moved there`);
}
const MOUNT_HINT = 'Mount the file system one folder higher, so that the data directory is a folder in it.';

export function addressed({ member, address }: BootstrapScene): Check {
  if (isIP(address)) return passed('address', `${member} comes from ${address}`);
  return blocked(
    'address',
    `the configuration gives ${member} by the name ${address}; pg_hba.conf wants the very address that it connects from`,
    `Write its address as \`host\` of ${member} in the configuration.`,
    { hard: true },
  );
}

function programs({ member, host, primary }: BootstrapScene): Check {
  const wanted = Math.floor(primary.sql.versionNum / 10_000);
  const found = host.postgresVersion;
  const hint = `Install the package of PostgreSQL ${wanted} on ${member} (Debian: apt install postgresql-${wanted}), or name its folder as binDirectory.`;
  if (found === undefined)
    return blocked('version', `${member} has no programs of PostgreSQL ${wanted}, which ${primary.name} runs`, hint, {
      hard: true,
    });
  if (Number.parseInt(found, 10) !== wanted)
    return blocked(
      'version',
      `${member} has PostgreSQL ${found}, but ${primary.name} runs ${wanted}: another major version`,
      hint,
      {
        hard: true,
      },
    );
  return passed('version', `${member} has PostgreSQL ${found}, the major version of ${primary.name}`, `major version ${wanted}`);
}

function collations({ member, host, primary, facts }: BootstrapScene): Check {
  const theirs = known(facts.primaryHost)?.libcVersion;
  if (theirs !== undefined && theirs === host.libcVersion)
    return passed('libc', `${member} and ${primary.name} have the same C library (${theirs}), so text sorts alike`);
  return warned(
    'libc',
    `the C library of ${member} is ${host.libcVersion ?? 'not known'}, that of ${primary.name} is ${theirs ?? 'not known'}`,
    'Indexes on text can be wrong where the libraries sort otherwise: use the same release of the system on both.',
  );
}

function down({ member, server }: BootstrapScene, hasPatroni: boolean): Check {
  const hint = `Stop it on ${member}, if it is not needed, then ask again.`;
  if (server.process === 'running')
    return blocked('server', `a PostgreSQL runs in the data directory of ${member}`, hint, { hard: true });
  const busy = (['patroni', 'postgres'] as const).find((one) => /^(active|activating|reloading)$/.test(server[one].active));
  if (busy) return blocked('server', `the unit of ${busy} on ${member} is ${server[busy].active}`, hint, { hard: true });
  if (!hasPatroni && server.postgres.enabled.startsWith('masked'))
    return warned(
      'server',
      `no PostgreSQL runs on ${member}, and its unit is masked, as a failover leaves a lost primary: the last step unmasks it`,
      'Approve only if nobody else keeps it from starting.',
    );
  return passed('server', `no PostgreSQL runs on ${member} in the data directory, and no unit of it is active`);
}

function dataDirectory({ member, host, server, primary, discards }: BootstrapScene, hasPatroni: boolean): Check {
  const { dataDirectory: path } = host.places;
  const facts = host.paths[path];
  const id = 'data-directory';
  if (facts?.isMount)
    return blocked(id, `${path} on ${member} is a file system of its own, so nothing can be moved there`, MOUNT_HINT, {
      hard: true,
    });
  if (!facts?.writable)
    return blocked(id, `postgres may not make ${path} on ${member}`, `Let postgres own the folder above it on ${member}.`, {
      hard: true,
    });
  if (facts.kind === 'other' || facts.kind === 'unreadable')
    return blocked(id, `${path} on ${member} is no folder`, 'Move it away, then ask again.', { hard: true });
  if (facts.kind !== 'filled') return passed(id, `${path} on ${member} holds nothing`);
  const whose = server.control ? ofWhom(server.control.systemId, primary.sql.systemId) : 'something that is no data directory';
  const says = `${path} on ${member} holds ${whose}${facts.usedBytes === undefined ? '' : `, ${formatBytes(facts.usedBytes)}`}`;
  if (discards)
    return warned(id, says, `This run deletes it before it copies${proof(server, primary)}. That can not be taken back.`);
  // Patroni would start what it finds there, or throw it away.
  if (hasPatroni)
    return blocked(id, says, `Move it away on ${member}, or have it deleted by \`--discard ${member}\`.`, { hard: true });
  const hint = `Override it to keep it: it is renamed to ${path}.old-t0-SECONDS before the copy takes its place, and \`/pg kept\` lists it. Or have it deleted by \`--discard ${member}\`.`;
  return blocked(id, says, hint, { hard: false });
}

/** Whether the primary has all that it holds: an ancestor of the same cluster that stopped at an earlier position. */
function proof({ control }: BootstrapScene['server'], { name, sql }: BootstrapScene['primary']): string {
  if (!control) return '; nothing tells what is in it';
  const isOlder =
    control.systemId === sql.systemId &&
    control.timeline === sql.timeline &&
    Math.max(control.checkpointLsn, control.minRecoveryLsn) <= (sql.writeLsn ?? 0);
  return isOlder ? `; its last checkpoint is behind ${name} on the same timeline` : `; it may hold what ${name} lacks`;
}

function ofWhom(found: string, wanted: string): string {
  return found === wanted ? 'an old copy of this cluster' : `another cluster (system identifier ${found})`;
}

function noOldCopy({ member, host }: BootstrapScene): Check {
  const { copyDirectory } = host.places;
  if (host.paths[copyDirectory]?.kind === 'absent') return passed('old-copy', `no copy of an earlier run lies on ${member}`);
  return blocked(
    'old-copy',
    `${copyDirectory} lies on ${member}: a copy of an earlier run`,
    `See that no run is open that needs it (\`/pg debts\`), and delete it on ${member}.`,
    { hard: true },
  );
}

/** WAL that comes during the copy and the first restartpoints take room beside the data. */
const SPARE = 1.2;

function room({ member, host, source, discards }: BootstrapScene): Check {
  const { copyDirectory } = host.places;
  const given = discards ? (host.paths[host.places.dataDirectory]?.usedBytes ?? 0) : 0;
  const free = (host.paths[copyDirectory]?.freeBytes ?? 0) + given;
  const elsewhere = source.tablespaces.reduce((sum, { bytes }) => sum + bytes, 0);
  const wanted = Math.ceil((source.bytes - elsewhere) * SPARE);
  const says = `the disk of the data directory on ${member} has ${formatBytes(free)} free${given > 0 ? ' once the old one is deleted' : ''}; the copy is ${formatBytes(source.bytes - elsewhere)}`;
  const limit = `at least ${formatBytes(wanted)} (a fifth more than the copy)`;
  if (free >= wanted) return passed('disk', says, limit);
  return blocked('disk', says, `Make room on ${member}, or give it a larger disk.`, { hard: true, limit });
}

function walPlace({ member, host }: BootstrapScene): readonly Check[] {
  const { walDirectory } = host.places;
  if (walDirectory === undefined) return [];
  const facts = host.paths[walDirectory];
  const fits = facts?.writable && (facts.kind === 'absent' || facts.kind === 'empty');
  if (fits) return [passed('wal-directory', `the WAL of ${member} goes to ${walDirectory}, which holds nothing`)];
  const says = `${walDirectory} on ${member}, where the WAL shall lie, ${facts?.writable ? 'is not empty' : 'can not be written by postgres'}`;
  return [blocked('wal-directory', says, 'Empty it, or let postgres own it, then ask again.', { hard: true })];
}

function tablespaces({ member, host, source }: BootstrapScene): readonly Check[] {
  return source.tablespaces.map(({ name, location, bytes }) => {
    const facts = host.paths[location];
    const id = `tablespace-${name}`;
    const hint = `Make ${location} on ${member}, empty and owned by postgres: a standby has its tablespaces where its primary has them.`;
    if (!facts?.writable || (facts.kind !== 'empty' && facts.kind !== 'absent')) {
      const why = facts?.writable ? 'which is not empty' : 'where postgres may not write';
      return blocked(id, `the tablespace ${name} goes to ${location} on ${member}, ${why}`, hint, { hard: true });
    }
    const says = `the tablespace ${name} (${formatBytes(bytes)}) goes to ${location} on ${member}, ${formatBytes(facts.freeBytes)} free`;
    const limit = `at least ${formatBytes(bytes * SPARE)}`;
    return facts.freeBytes >= bytes * SPARE
      ? passed(id, says, limit)
      : blocked(id, says, `Make room there on ${member}.`, { hard: true, limit });
  });
}

function configuration({ member, host, primary }: BootstrapScene): readonly Check[] {
  const { configFile, configDirectory } = host.places;
  if (configFile === undefined || configDirectory === undefined) return [];
  const facts = host.paths[configFile];
  if (facts?.kind === 'absent' && !facts.writable)
    return [
      blocked(
        'configuration',
        `postgres may not make ${configFile} on ${member}`,
        `Let postgres own /etc/postgresql on ${member} and what is there for this version, as Debian's postgresql-common does.`,
        { hard: true },
      ),
    ];
  if (facts?.kind === 'absent')
    return [passed('configuration', `${member} gets a configuration like that of ${primary.name} in ${configDirectory}`)];
  return [
    warned(
      'configuration',
      `${configFile} is on ${member} already and stays as it is`,
      `See that max_connections and the like are at least as high there as on ${primary.name}: a standby does not start with less.`,
    ),
  ];
}
