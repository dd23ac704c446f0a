import { isIP } from 'node:net';
import type { MemberReadings, SqlMember } from '../core/cluster.ts';
import { refusal } from '../core/errors.ts';
import { known } from '../core/reading.ts';
import type { Server } from '../core/server.ts';
import { type BareHost, type CopySource, standbyName } from '../core/standby.ts';
import { type BootstrapFacts, memberIn } from './bootstrap-facts.ts';

/** The facts once everything that a copy needs could be read. */
export interface BootstrapScene {
  readonly facts: BootstrapFacts;
  readonly cluster: string;
  /** Of the member that is to become a standby. */
  readonly member: string;
  readonly address: string;
  readonly port: number;
  /** Of the role and of the slot. */
  readonly name: string;
  readonly primary: { readonly name: string; readonly host: string; readonly port: number; readonly sql: SqlMember };
  readonly source: CopySource;
  readonly host: BareHost;
  readonly server: Server;
  /** Further standbys that answer: any of them may be the primary one day. */
  readonly others: readonly string[];
  /** This member, the primary and the others by address: as roles swap, each may follow each. */
  readonly peers: readonly { readonly name: string; readonly address: string }[];
  readonly maxRateKibPerSecond: number;
  /** What is in the data directory is to be deleted: its name was typed. */
  readonly discards: boolean;
}

/** What was typed. */
export interface BootstrapAsked {
  readonly member: string;
  readonly maxRateKibPerSecond: number;
  /** The member again, typed by whoever wants its old data directory deleted. */
  readonly discard?: string | undefined;
}

/** Why there is nothing to plan from. */
export interface NotSeen {
  readonly id: 'primary' | 'host';
  readonly says: string;
  readonly hint: string;
}

/** Sets the scene, or says what could not be seen. @throws Refusal when the member runs already. */
export function bootstrapScene(
  facts: BootstrapFacts,
  { member, maxRateKibPerSecond, discard }: BootstrapAsked,
): BootstrapScene | NotSeen {
  const { snapshot } = facts;
  if (discard !== undefined && discard !== member)
    throw refusal(
      `--discard names ${discard}, but the host is ${member}`,
      `Type the name of the host whose old data directory shall be deleted: \`--discard ${member}\`.`,
    );
  const own = memberIn(snapshot, member);
  requireDown(snapshot.cluster.name, own);
  const primary = memberIn(snapshot, facts.primary);
  const sql = known(primary?.sql);
  const source = known(facts.source);
  if (!primary || !sql || !source) return noPrimary(facts, member);
  const host = known(facts.host);
  const server = known(facts.server);
  if (!host || !server || !own) return noHost(facts, member);
  const info = snapshot.cluster.members;
  const others = snapshot.members.filter(({ name, sql: other }) => known(other)?.inRecovery && name !== member);
  const portOf = (name: string) => info.find((one) => one.name === name)?.port ?? 5432;
  return {
    ...{
      facts,
      cluster: snapshot.cluster.name,
      member,
      source,
      host,
      server,
      maxRateKibPerSecond,
      discards: discard !== undefined,
    },
    address: own.host,
    port: portOf(member),
    name: standbyName(member),
    primary: { name: primary.name, host: primary.host, port: portOf(primary.name), sql },
    others: others.map(({ name }) => name),
    peers: [own, primary, ...others]
      .map(({ name, host: at }) => ({ name, address: at }))
      .filter(({ address }) => isIP(address) !== 0),
  };
}

function requireDown(cluster: string, own: MemberReadings | undefined): void {
  const sql = known(own?.sql);
  if (!own || !sql) return;
  const as = sql.inRecovery ? `as a standby on timeline ${sql.timeline}` : `as a primary on timeline ${sql.timeline}`;
  throw refusal(
    `${own.name} runs PostgreSQL already, ${as}: it is no bare host`,
    `Nothing was changed. \`/pg status ${cluster}\` shows how it is.`,
  );
}

function noPrimary({ snapshot }: BootstrapFacts, member: string): NotSeen {
  const others = snapshot.members.filter(({ name }) => name !== member);
  const primaries = others.filter(({ sql }) => known(sql)?.inRecovery === false).map(({ name }) => name);
  const each = others.map(({ name, sql }) => `${name}: ${sql.ok ? 'it is a standby' : sql.why}`).join('; ');
  const says =
    primaries.length > 1
      ? `${primaries.join(' and ')} are out of recovery at once: nobody knows whom to copy`
      : `no primary of ${snapshot.cluster.name} answers by SQL, so there is nothing to copy (${each})`;
  return { id: 'primary', says, hint: `See to the primary first: \`/pg status ${snapshot.cluster.name}\`.` };
}

function noHost({ host, server }: BootstrapFacts, member: string): NotSeen {
  const why = !host.ok ? host.why : !server.ok ? server.why : 'it is not in the configuration';
  return {
    id: 'host',
    says: `the host ${member} can not be looked at over ssh: ${why}`,
    hint: `${member} must let Trunkline in by ssh and grant what \`trunkline sudoers\` prints.`,
  };
}
