import { checkRules } from '../src/stack/haproxy-plain.ts';
import { pgHba } from '../src/stack/pg-hba.ts';
import { postgresqlConf } from '../src/stack/postgresql-conf.ts';
import { serviceUnits } from '../src/stack/service-units.ts';
import type { HostRecipe, LabSettings } from './host-recipe.ts';
import { type Host, hostsWithRole, ledger, network } from './inventory.ts';

/** A plain PostgreSQL, ready to become either end of streaming replication. */
export function standaloneFiles(host: Host, { generation }: LabSettings): HostRecipe {
  const folder = `/etc/postgresql/${generation.postgres}/main`;
  const checks = checkRules(
    ledger.checkRole,
    hostsWithRole('balancer').map(({ address }) => address),
  );
  const rules = pgHba({
    roles: { superuser: 'postgres', replication: 'replicator', rewind: 'rewinder' },
    memberAddresses: hostsWithRole('standalone').map((member) => member.address),
    clientNetworks: [network.cidr],
  });
  const owned = { owner: 'postgres', mode: 0o640 } as const;
  return {
    files: [
      {
        path: `${folder}/conf.d/trunkline.conf`,
        content: postgresqlConf({ listenAddresses: [host.address, '127.0.0.1'] }),
        ...owned,
      },
      { path: `${folder}/pg_hba.conf`, content: `${[...checks, ...rules].join('\n')}\n`, ...owned },
    ],
    units: serviceUnits.standalone.on,
    masked: serviceUnits.standalone.off,
  };
}
