import { blocked, type Check, passed, warned } from '../core/check.ts';
import { followersOf } from '../core/followers-of.ts';
import { formatLsn } from '../core/lsn.ts';
import { known } from '../core/reading.ts';
import type { Clients } from '../core/sessions.ts';
import type { PlainRebuildScene } from './plain-rebuild-scene.ts';

/**
 * That the primary is the right one, and not the node that is to be rebuilt: nobody arbitrates without Patroni, and a rebuild throws the
 * node's branch away. The histories tell who was promoted in whose place; standbys, clients and HAProxy must not say otherwise.
 */
export function rightfulChecks(scene: PlainRebuildScene): readonly Check[] {
  return [
    promotedInItsPlace(scene),
    ...silentOthers(scene),
    ...silentServer(scene),
    ...(scene.nodeLeads ? [noFollowers(scene), noClients(scene), ...notRouted(scene)] : []),
  ];
}

const ID = 'rightful-primary';
const hard = { hard: true };

function promotedInItsPlace(scene: PlainRebuildScene): Check {
  const { node, leader, parted, partedWhy, timeline, control } = scene;
  const two = `${node.name} (timeline ${timeline ?? 'unknown'}) and ${leader.name} (timeline ${leader.sql.timeline})`;
  if (control && control.systemId !== leader.sql.systemId) return ofAnotherSystem(scene, control.systemId);
  if (!parted || timeline === undefined) return partingUnknown(scene, two, partedWhy ?? 'its control file can not be read');
  if (timeline > parted.timeline) return untold(scene, `${two}: ${leader.name} never had timeline ${timeline} of ${node.name}`);
  if (timeline === leader.sql.timeline) return sameTimeline(scene, two);
  return passed(
    ID,
    `${leader.name} leads by SQL on timeline ${leader.sql.timeline}, to which timeline ${timeline} of ${node.name} was left at ${formatLsn(parted.lsn)}: it was promoted in its place`,
  );
}

function ofAnotherSystem(scene: PlainRebuildScene, systemId: string): Check {
  const { node, leader } = scene;
  return scene.nodeLeads
    ? untold(scene, `${node.name} is the primary of another system (${systemId}) than ${leader.name}`)
    : passed(ID, `${leader.name} leads, and ${node.name} holds another system (${systemId}) and is no primary`);
}

/** Whoever is a primary of the primary's own timeline was not replaced by it. */
function sameTimeline(scene: PlainRebuildScene, two: string): Check {
  const { node, leader, control, server, nodeLeads } = scene;
  const was = server?.process !== 'running' && control !== undefined && PRIMARY.includes(control.state);
  return nodeLeads || was
    ? untold(scene, `${two} are primaries of the same timeline: neither was promoted in the place of the other one`)
    : passed(
        ID,
        `${leader.name} leads by SQL on timeline ${leader.sql.timeline}, and ${node.name} is a standby of that timeline`,
      );
}

/** What pg_controldata says of a server that was, or is, no standby (src/bin/pg_controldata). */
const PRIMARY = ['in production', 'shut down', 'shutting down', 'in crash recovery'];

function partingUnknown(scene: PlainRebuildScene, two: string, why: string): Check {
  const { node, leader, timeline, server } = scene;
  if (server?.process === 'no data directory')
    return passed(ID, `${leader.name} leads by SQL on timeline ${leader.sql.timeline}, and ${node.name} has no data directory`);
  const isOlder = timeline !== undefined && timeline < leader.sql.timeline;
  if (scene.nodeLeads || !isOlder) return untold(scene, `${two}: how they belong together is not known: ${why}`);
  return warned(
    ID,
    `${leader.name} leads by SQL on timeline ${leader.sql.timeline}, and ${node.name} does not and is on timeline ${timeline}; where they parted is not known: ${why}`,
    `Approve only if you know that ${leader.name} is the right primary.`,
  );
}

function untold({ cluster, node, leader, nodeLeads }: PlainRebuildScene, says: string): Check {
  const stop = nodeLeads ? `stop PostgreSQL on ${node.name} by hand and ` : '';
  return blocked(
    ID,
    `which one is the right primary can not be told: ${says}`,
    `If it is ${node.name}: \`/pg rebuild ${cluster} ${leader.name}\`. If it is ${leader.name}: ${stop}make a new copy, \`/pg bootstrap ${cluster} ${node.name} --discard ${node.name}\`.`,
    hard,
  );
}

/** Somebody who does not answer may lead on a later timeline. */
function silentOthers({ others, nodeLeads }: PlainRebuildScene): readonly Check[] {
  const silent = others.flatMap(({ name, sql }) => (sql.ok ? [] : [name]));
  if (silent.length === 0) return [];
  const id = 'silent-members';
  const says = `${silent.join(' and ')} could not be asked, and may lead as well`;
  const hint = `See that ${silent.join(' and ')} is off or a standby.`;
  return [nodeLeads ? blocked(id, says, hint, { hard: false }) : warned(id, says, hint)];
}

/** A primary without a free connection is silent as well: it may be the one that is used, and nothing of that can be read. */
function silentServer({ cluster, node, server, control }: PlainRebuildScene): readonly Check[] {
  if (node.sql.ok || server?.process !== 'running' || (control && !PRIMARY.includes(control.state))) return [];
  const state = control ? `its control file says '${control.state}'` : 'its control file can not be read';
  return [
    blocked(
      'silent-server',
      `PostgreSQL runs on ${node.name}, is no standby as far as is known (${state}), and does not answer by SQL: ${node.sql.why}; who uses it is not known`,
      `See why it does not answer (are its connections used up?). If nobody needs it, stop it there by hand, then \`/pg rebuild ${cluster} ${node.name}\` again.`,
      hard,
    ),
  ];
}

function noFollowers({ node, sql, others, leader }: PlainRebuildScene): Check {
  const id = 'no-followers';
  const followers = followersOf(node, sql?.standbys ?? [], others);
  const [first] = followers;
  return first === undefined
    ? passed(id, `no member streams from ${node.name}`)
    : blocked(
        id,
        `${followers.join(' and ')} streams from ${node.name}, which takes writes: it may be the one that is used`,
        `Point ${first} to ${leader.name}, or rebuild it first.`,
        hard,
      );
}

function noClients({ node, leader, facts }: PlainRebuildScene): Check {
  const id = 'no-clients';
  const [own, theirs] = [facts.clients[node.name], facts.clients[leader.name]];
  const hint = `Point applications to ${leader.name} first, then ask again.`;
  if (!own?.ok)
    return blocked(id, `whether clients use ${node.name} could not be read: ${own?.why ?? 'not asked'}`, hint, { hard: false });
  const { connected } = own.value;
  if (connected === 0) return passed(id, `no client is connected to ${node.name}`);
  const beside = theirs === undefined ? undefined : known(theirs)?.connected;
  const says = `${connected} client${connected === 1 ? ' is' : 's are'} connected to ${node.name}${whoIn(own.value)}, ${beside ?? 'an unknown number'} to ${leader.name}`;
  return beside === undefined || beside === 0
    ? blocked(id, `${says}: nothing shows that ${leader.name} is the one that is used`, hint, hard)
    : warned(
        id,
        `${says}; those of ${node.name} are cut off, and what they wrote there leaves the database`,
        `${hint} They must not find ${node.name} again.`,
      );
}

/** Of the clients the largest group: ` (app from 10.0.0.9 and others)`. */
function whoIn({ groups }: Clients): string {
  const [most, ...others] = groups;
  if (!most) return '';
  const from = most.client === undefined ? '' : ` from ${most.client}`;
  return ` (${most.user}${from}${others.length > 0 ? ' and others' : ''})`;
}

function notRouted({ node, leader, facts }: PlainRebuildScene): readonly Check[] {
  const { proxies } = facts.snapshot;
  if (proxies.length === 0) return [];
  const id = 'not-routed';
  const silent = proxies.find(({ stats }) => !stats.ok);
  if (silent && !silent.stats.ok)
    return [
      blocked(
        id,
        `where HAProxy on ${silent.name} sends writes could not be read: ${silent.stats.why}`,
        'See to its statistics page, then ask again.',
        {
          hard: false,
        },
      ),
    ];
  const routes = proxies.filter(({ stats }) =>
    known(stats)?.primary.some(({ member, status }) => member === node.name && status.startsWith('UP')),
  );
  return routes.length === 0
    ? [passed(id, `no HAProxy sends writes to ${node.name}`)]
    : [
        blocked(
          id,
          `HAProxy on ${routes.map(({ name }) => name).join(' and ')} sends writes to ${node.name}`,
          `See why its check takes ${node.name} for the primary; set it to maintenance there, so that writes go to ${leader.name} alone.`,
          hard,
        ),
      ];
}
