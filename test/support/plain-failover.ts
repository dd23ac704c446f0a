import pg from 'pg';
import { psql } from '../../lab/health.ts';
import { cluster, type HostName, hostNamed, hostsWithRole, ledger, ports, postgresUnit } from '../../lab/inventory.ts';
import type { Message } from '../../lab/slack/message.ts';
import { waitFor } from '../../lab/wait-for.ts';
import { onHost } from './bare-host.ts';
import { ask, type Scene } from './scene.ts';

export const FAILOVER = `failover ${ledger.name} --confirm ${ledger.name} --reason "lost its power"`;
export const POWERED_OFF = `${FAILOVER} --fenced-by "powered off"`;

/** The standby gives a dead connection up after this; PostgreSQL's 60 s would only make tests long. */
export async function giveUpSoon(): Promise<void> {
  await psql(ledger.standby, "alter system set wal_receiver_timeout = '2s'; select pg_reload_conf();");
}

/** Ends the server of the primary as a crash of PostgreSQL does; its host lives. */
export async function killPostgres(scene: Scene, primary: HostName = ledger.primary): Promise<void> {
  const unit = postgresUnit(scene.lab.generation);
  await onHost(
    scene.lab,
    primary,
    `systemctl kill -s KILL ${unit}; systemctl stop ${unit}; systemctl reset-failed ${unit}; true`,
  );
}

/** Asks again until nothing stands in the way any more, as the standby may hold on to its connection for a while. */
export async function askedFailover(scene: Scene, text: string): Promise<Message> {
  let shown = '';
  let plan: Message | undefined;
  await waitFor(
    'the failover to be possible',
    async () => {
      const answer = await ask(scene, 'olga', text);
      shown = answer.shown;
      if (answer.buttons.some((button) => button.text === 'Approve')) plan = answer;
      return plan ? [] : [shown];
    },
    { timeoutMs: 60_000, everyMs: 500 },
  );
  if (!plan) throw new Error(shown);
  return plan;
}

/** Both approvers, as what can lose data wants two. */
export async function approvedByTwo({ workspace }: Scene, plan: Message): Promise<void> {
  await workspace.as('adam').click(plan, 'Approve');
  await workspace.waitForMessage((m) => m.ts === plan.ts && /1 of 2/.test(m.shown), { withinMs: 10_000 });
  await workspace.as('anna').click(plan, 'Approve');
}

/** The members to which both HAProxies lead writes, by their statistics. */
export async function routedTo(): Promise<readonly string[]> {
  const all = await Promise.all(
    (['lb1', 'lb2'] as const).map(async (host) => {
      const answer = await fetch(`http://${hostNamed(host).address}:${ports.haproxyStats}/;csv`, {
        signal: AbortSignal.timeout(3000),
      });
      const rows = (await answer.text()).split('\n').map((line) => line.split(','));
      return rows.filter(
        ([backend, , , , , , , , , , , , , , , , , state]) => backend === ledger.name && state?.startsWith('UP'),
      );
    }),
  );
  return [...new Set(all.flat().map(([, server]) => server ?? ''))]
    .filter((name) => !['FRONTEND', 'BACKEND'].includes(name))
    .sort();
}

/** The member that a client of the plain cluster writes to through the VIP, by HAProxy; `nobody` where it is not let in. */
export async function servedBy(password: string): Promise<string> {
  const place = { host: cluster.vip, port: ports.haproxyLedger, database: cluster.probeDatabase };
  const client = new pg.Client({ ...place, user: 'trunkline_probe', password, connectionTimeoutMillis: 3000 });
  client.on('error', () => undefined);
  try {
    await client.connect();
    const { rows } = await client.query<{ address: string }>('SELECT host(inet_server_addr()) AS address');
    const found = hostsWithRole('standalone').find(({ address }) => address === rows[0]?.address);
    return found?.name ?? 'somebody else';
  } catch {
    return 'nobody';
  } finally {
    await client.end().catch(() => undefined);
  }
}
