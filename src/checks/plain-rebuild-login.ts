import { blocked, type Check, passed } from '../core/check.ts';
import { known } from '../core/reading.ts';
import { standbyName } from '../core/standby.ts';
import { addressed } from './bootstrap-host-checks.ts';
import { accessCheck } from './bootstrap-primary-checks.ts';
import { copyScene } from './plain-rebuild-copy.ts';
import type { PlainRebuildScene } from './plain-rebuild-scene.ts';
import type { PlainRebuildWay } from './plain-rebuild-verdict.ts';
import type { Follower } from './streaming-checks.ts';

/** As whom the node follows the primary. */
export interface PlainLogin {
  readonly connection: Follower['connection'];
  /** A role of its own, with a password that stays on the node; allowed nowhere where it can log in already and nothing is copied. */
  readonly makes: {
    readonly role: string;
    readonly allowed: readonly { readonly member: string; readonly address: string; readonly bits: number }[];
  };
  readonly checks: readonly Check[];
  readonly notes: readonly string[];
}

const SSL_MODES = ['disable', 'allow', 'prefer', 'require', 'verify-ca', 'verify-full'] as const;

/** The login that works today is kept; where none does, and for a copy, the node gets one as a bootstrap makes it. */
export function plainLogin(scene: PlainRebuildScene, { way, slot }: { way: PlainRebuildWay; slot: string }): PlainLogin {
  const { facts, node, leader } = scene;
  const { host, port = 5432 } = facts.snapshot.cluster.members.find(({ name }) => name === leader.name) ?? { host: '' };
  const { upstream, tried } = facts.login ?? {};
  const works = tried?.ok === true && tried.value.systemId === leader.sql.systemId;
  const sslMode = SSL_MODES.find((mode) => mode === upstream?.sslMode);
  const kept = { host, port, slot, ...(sslMode ? { sslMode } : {}) };
  const none = { role: standbyName(node.name), allowed: [] };
  if (way === 'nothing') return { connection: { ...kept, user: 'nobody' }, makes: none, checks: [], notes: [] };
  if (works && upstream?.user !== undefined && way !== 'reinit')
    return {
      connection: { ...kept, user: upstream.user, ...(upstream.passfile === undefined ? {} : { passfile: upstream.passfile }) },
      makes: none,
      checks: [passed('login', `${node.name} can log in to ${leader.name} for replication as ${upstream.user}`)],
      notes: [],
    };
  return ownLogin(scene, { way, kept });
}

function ownLogin(
  scene: PlainRebuildScene,
  { way, kept }: { way: PlainRebuildWay; kept: Omit<Follower['connection'], 'user'> },
): PlainLogin {
  const { node, leader, others, facts } = scene;
  const role = standbyName(node.name);
  const passfile = known(facts.host)?.places.passfile;
  const copy = copyScene(scene);
  const streams = others.filter(({ sql }) => known(sql)?.inRecovery).map(({ name }) => name);
  const bits = node.host.includes(':') ? 128 : 32;
  const none = facts.login?.tried.ok === false ? `: ${facts.login.tried.why}` : '';
  const says = `${node.name} gets the role ${role} to log in to ${leader.name} for replication${none}`;
  const checks = copy
    ? [passed('login', says), ...(way === 'reinit' ? [] : [addressed(copy), accessCheck(copy)])]
    : [
        blocked('login', `${node.name} can not log in to ${leader.name} for replication${none}`, LOGIN_HINT, {
          hard: true,
        }),
      ];
  return {
    connection: { ...kept, user: role, ...(passfile === undefined ? {} : { passfile }) },
    makes: { role, allowed: [leader.name, ...streams].map((member) => ({ member, address: node.host, bits })) },
    checks,
    notes: [
      `The role ${role} gets a generated password, which stands in ${passfile ?? 'a file'} on ${node.name} (mode 0600) and nowhere else.`,
    ],
  };
}
const LOGIN_HINT = 'What a login of its own needs could not be read: see to ssh and SQL of both, then ask again.';
