import { setTimeout as delay } from 'node:timers/promises';
import type { FaultInput } from '../../../lab/slack/faults.ts';
import type { Workspace } from '../../../lab/slack/workspace.ts';
import type { EtcdMember, EtcdServers } from '../etcd-server.ts';
import type { RedisServer } from '../redis-server.ts';
import type { Chance } from './chance.ts';
import type { Fragile } from './fragile.ts';

/** How often each trouble strikes. */
export interface Amounts {
  /** Of each bot. */
  readonly kills: number;
  readonly freezes: number;
  /** Both bots at once: what happens then is seen by nobody, unless etcd still has it afterwards. */
  readonly nobody: number;
  readonly etcdFreezes: number;
  readonly etcdKills: number;
  readonly quorumLosses: number;
  readonly redisKills: number;
  readonly redisFreezes: number;
  /** Of each kind of the workspace's faults. */
  readonly faults: number;
}

type Trouble = () => Promise<void>;

/** What of the world can be hurt. */
export interface Fragiles {
  /** Each group is struck together: a bot, and what runs beside it for comparison. */
  readonly bots: readonly (readonly Fragile[])[];
  readonly etcd: EtcdServers;
  readonly redis: RedisServer;
  readonly workspace: Workspace;
  /** Resolves when the store knows what the bots have told, so far as they can reach it soon. */
  recorded(): Promise<void>;
  /** Takes etcd's history away, while nobody watches. */
  readonly forget?: (() => Promise<void>) | undefined;
}

/** Strikes during `lastsMs`, each kind of victim in a line of its own; resolves when all is whole again. */
export async function trouble(of: Fragiles, amounts: Amounts, lastsMs: number, chance: Chance): Promise<void> {
  const bots = of.bots.map((group, i) => botTroubles(group, amounts, chance.branch(`bot ${i}`)));
  const lines: readonly (readonly Trouble[])[] = [
    ...bots,
    etcdTroubles(of.etcd, amounts, chance.branch('etcd')),
    redisTroubles(of.redis, amounts, chance.branch('redis')),
    slackTroubles(of.workspace, amounts, chance.branch('slack')),
  ];
  const acts = amounts.nobody + 1;
  for (let act = 0; act < acts; act += 1) {
    const part = <T>(all: readonly T[]) => all.filter((_, i) => i % acts === act);
    await Promise.all(lines.map((line, i) => spread(part(line), (lastsMs * 0.9) / acts, chance.branch(`line ${act} ${i}`))));
    if (act < amounts.nobody) await killAll(of);
  }
}

async function spread(line: readonly Trouble[], lastsMs: number, chance: Chance): Promise<void> {
  const begun = Date.now();
  for (const [i, strike] of line.entries()) {
    const at = ((i + chance.between(0.1, 0.7)) / line.length) * lastsMs;
    await delay(Math.max(0, begun + at - Date.now()));
    await strike();
  }
}

function times(count: number, strike: Trouble): readonly Trouble[] {
  return Array.from({ length: count }, () => strike);
}

/** Long enough that the other bot takes over, or not; long ones first, so that a short proof has one. */
const FREEZES_MS = [13_000, 1500, 4000] as const;

function botTroubles(group: readonly Fragile[], { kills, freezes }: Amounts, chance: Chance): readonly Trouble[] {
  const killed = async () => {
    await Promise.all(group.map((each) => each.kill()));
    await delay(chance.between(0, 2500));
    await Promise.all(group.map((each) => each.start()));
  };
  const frozen = Array.from({ length: freezes }, (_, i) => async () => {
    const millis = (FREEZES_MS[i % FREEZES_MS.length] ?? 0) + chance.between(0, 500);
    await Promise.all(group.map((each) => each.freeze(millis)));
  });
  return chance.shuffled([...times(kills, killed), ...frozen]);
}

/** What was told without the store, by bots that all died before they could record it, is known to nobody when etcd forgets it as well. */
async function killAll({ bots, recorded, forget }: Fragiles): Promise<void> {
  const all = bots.flat();
  if (forget) await recorded();
  await Promise.all(all.map((each) => each.kill()));
  await delay(forget ? 5000 : 2000);
  await forget?.();
  await Promise.all(all.map((each) => each.start()));
}

/** One after the other, so that a majority lives but in the losses of the quorum. */
function etcdTroubles({ members }: EtcdServers, amounts: Amounts, chance: Chance): readonly Trouble[] {
  const any = () => chance.pick(members as [EtcdMember, ...EtcdMember[]]);
  const frozen = (some: readonly EtcdMember[], millis: number) => async () => {
    for (const member of some) member.kill('SIGSTOP');
    await delay(millis);
    for (const member of some) member.kill('SIGCONT');
  };
  const killed = async () => {
    const member = any();
    member.kill('SIGKILL');
    await member.gone();
    await delay(chance.between(200, 3000));
    await member.start();
  };
  return chance.shuffled([
    ...times(amounts.etcdFreezes, () => frozen([any()], chance.between(1500, 6000))()),
    ...times(amounts.etcdKills, killed),
    ...times(amounts.quorumLosses, () => frozen(chance.shuffled(members).slice(1), 3000)()),
  ]);
}

function redisTroubles(redis: RedisServer, { redisKills, redisFreezes }: Amounts, chance: Chance): readonly Trouble[] {
  const killed = async () => {
    await redis.kill();
    await delay(chance.between(0, 3000));
    await redis.restart();
  };
  const frozen = async () => {
    redis.signal('SIGSTOP');
    await delay(chance.between(500, 4000));
    redis.signal('SIGCONT');
  };
  return chance.shuffled([...times(redisKills, killed), ...times(redisFreezes, frozen)]);
}

function slackTroubles({ faults, sockets }: Workspace, amounts: Amounts, chance: Chance): readonly Trouble[] {
  const strike = (does: () => FaultInput['does'], method = 'chat.postMessage') =>
    times(amounts.faults, () => faults.add({ method, times: Math.floor(chance.between(1, 4)), does: does() }));
  return chance.shuffled([
    ...strike(() => ({ kind: 'ratelimited', retryAfter: Math.ceil(chance.between(0, 3)) })),
    ...strike(() => ({ kind: 'status', status: 500 })),
    ...strike(() => ({ kind: 'lost' })),
    ...strike(() => ({ kind: 'refused' })),
    ...strike(() => ({ kind: 'delay', ms: chance.between(200, 3000) })),
    ...strike(() => ({ kind: 'lost' }), 'chat.update'),
    ...strike(() => ({ kind: 'status', status: 503 }), '*'),
    ...times(amounts.faults, async () => void (await sockets.drop(chance.pick(['one', 'all'])))),
  ]);
}
