import type { Check } from '../core/check.ts';
import { blocked } from '../core/check.ts';
import { NO_RATE_LIMIT } from '../core/rate-text.ts';
import { known } from '../core/reading.ts';
import { standbyName } from '../core/standby.ts';
import { copyTargetChecks } from './bootstrap-host-checks.ts';
import { copyEstimateMs, copySourceChecks } from './bootstrap-primary-checks.ts';
import type { BootstrapScene } from './bootstrap-scene.ts';
import type { PlainRebuildScene } from './plain-rebuild-scene.ts';
import type { PlainRebuildWay } from './plain-rebuild-verdict.ts';
import { copyChecks } from './rebuild-plan.ts';

/** What a new copy by pg_basebackup needs. */
export interface PlainCopy {
  readonly checks: readonly Check[];
  /** There is no room for both, so the old data directory goes first. */
  readonly deletesOld: boolean;
  /** Bound of the copy, with much to spare; in whole powers of two, as it is hashed and the database grows. */
  readonly withinMs: number;
  readonly passfile: string;
}

const HOUR_MS = 3_600_000;

export function plainCopy(scene: PlainRebuildScene, way: PlainRebuildWay): PlainCopy {
  const places = known(scene.facts.host)?.places;
  const copy = copyScene(scene);
  const hoursNeeded = copy ? (10 * copyEstimateMs(copy)) / HOUR_MS : 0;
  const found = {
    withinMs: 2 ** Math.ceil(Math.log2(Math.max(4, hoursNeeded))) * HOUR_MS,
    passfile: places?.passfile ?? '',
  };
  if (way !== 'reinit') return { ...found, checks: [], deletesOld: false };
  if (!copy) return { ...found, checks: [unread(scene)], deletesOld: false };
  const { checks, deletesOld } = copyChecks(
    scene,
    'Rename them by hand once PostgreSQL is stopped there, then `/pg bootstrap` copies anew.',
  );
  return { ...found, checks: [...copySourceChecks(copy), ...copyTargetChecks(copy), ...checks], deletesOld };
}

/** The facts as the checks of a bootstrap want them; `undefined` where one could not be read. */
export function copyScene({ facts, cluster, node, leader, others }: PlainRebuildScene): BootstrapScene | undefined {
  const { snapshot, limits, rules, primaryHost } = facts;
  const [source, host, server] = [known(facts.source), known(facts.host), known(facts.server)];
  if (!source || !host || !server) return undefined;
  const ports = new Map(snapshot.cluster.members.map(({ name, port }) => [name, port ?? 5432]));
  const primary = snapshot.members.find(({ name }) => name === leader.name);
  return {
    facts: {
      ...{ snapshot, limits, source: facts.source, rules, host: facts.host, server: facts.server, primaryHost },
      primary: leader.name,
    },
    ...{ cluster, member: node.name, address: node.host, port: ports.get(node.name) ?? 5432, name: standbyName(node.name) },
    primary: { name: leader.name, host: primary?.host ?? '', port: ports.get(leader.name) ?? 5432, sql: leader.sql },
    ...{ source, host, server, maxRateKibPerSecond: NO_RATE_LIMIT, discards: false },
    others: others.filter(({ sql }) => known(sql)?.inRecovery).map(({ name }) => name),
  };
}

function unread({ facts, node, leader }: PlainRebuildScene): Check {
  const silent = [facts.source, facts.host, facts.server].find(({ ok }) => !ok);
  const why = silent && !silent.ok ? `${silent.source}: ${silent.why}` : 'it was not asked';
  return blocked(
    'copy-facts',
    `what a new copy of ${leader.name} on ${node.name} needs can not be read: ${why}`,
    'See to ssh and SQL of both, then ask again.',
    { hard: true },
  );
}
