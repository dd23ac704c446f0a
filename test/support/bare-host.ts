import { dirname } from 'node:path';
import type { Lab } from '../../lab/lab.ts';
import { dataDirectory, type HostName, hostNamed, ledger, postgresUnit } from '../../lab/inventory.ts';
import { psql } from '../../lab/health.ts';
import type { Message } from '../../lab/slack/message.ts';
import type { Scene } from './scene.ts';

/** The bare host of the lab, as a member of the cluster `ledger`. */
export const BARE = 'c1' as const;
/** Of its role and its slot. */
export const NAME = 'standby_c1';

type Config = Record<string, unknown>;

/** Adds the bare host to the members of a cluster; `of` is asked when the bot's configuration is written. */
export function withBareHost(of: () => Lab, cluster: string = ledger.name): (config: Config) => Config {
  return (config) => {
    const { secrets, generation } = of();
    const member = {
      ...{ name: BARE, host: hostNamed(BARE).address, sshHostKey: secrets.hostKeys[BARE].publicKey },
      dataDirectory: dataDirectory(generation),
    };
    const clusters = (config.clusters as Config[]).map((one) =>
      one.name === cluster ? { ...one, members: [...(one.members as Config[]), member] } : one,
    );
    return { ...config, clusters };
  };
}

/** Takes away whatever a bootstrap left on the host and on the primary of `ledger`, so that it is bare again. */
export async function makeBare(lab: Lab): Promise<void> {
  await clearHost(lab);
  await psql(
    ledger.primary,
    `select pg_terminate_backend(active_pid) from pg_replication_slots where slot_name = '${NAME}' and active;
     select pg_sleep(0.2); select pg_drop_replication_slot(slot_name) from pg_replication_slots where slot_name = '${NAME}';
     drop role if exists ${NAME};`,
  );
}

/** Takes away whatever PostgreSQL and Patroni left on the bare host. */
export async function clearHost(lab: Lab): Promise<void> {
  const data = dataDirectory(lab.generation);
  const unit = postgresUnit(lab.generation);
  const script = [
    `systemctl disable --now patroni ${unit} 2>/dev/null`,
    'pkill -u postgres -f pg_basebackup; sleep 0.1',
    `rm -rf ${dirname(data)} /etc/postgresql/${lab.generation.postgres} /etc/patroni/config.yml*`,
    'systemctl reset-failed 2>/dev/null; true',
  ].join('\n');
  const { code, stderr } = await lab.exec(BARE, ['/bin/sh', '-c', script], { timeoutMs: 30_000 });
  if (code !== 0) throw new Error(`c1 is not bare: ${stderr}`);
}

/** Asks for a bootstrap, which needs no approval, and waits for the message of its run or for the refusal. */
export async function bootstrap(scene: Scene, words = '', cluster: string = ledger.name): Promise<Message> {
  const before = new Set((await scene.workspace.messages('db-ops')).map(({ ts }) => ts));
  await scene.workspace.as('olga').command('/pg', `bootstrap ${cluster} ${BARE} ${words}`, { channel: 'db-ops' });
  // Its answer alone: letters to approvers of an earlier request are from the bot too.
  const isAnswer = (m: Message) =>
    m.fromBot && m.place === 'db-ops' && m.onlyFor === undefined && m.threadTs === undefined && !before.has(m.ts);
  return scene.workspace.waitForMessage(isAnswer, { withinMs: 20_000 });
}

/** Rows of pg_stat_replication of the primary for the bare host, as psql prints them. */
export const streamsFrom = (member: HostName): Promise<string> =>
  psql(member, `select state, usename from pg_stat_replication where application_name = '${BARE}'`);

/** What a script says on a host, as root, without its last line break; its exit code does not count. */
export async function onHost(lab: Lab, host: HostName, script: string): Promise<string> {
  return (await lab.exec(host, ['/bin/sh', '-c', script], { timeoutMs: 60_000 })).stdout.trim();
}
