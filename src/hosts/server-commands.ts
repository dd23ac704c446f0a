import { reading } from './grant-of.ts';
import type { HostLayout } from './host-layout.ts';
import type { RemoteCommand, RemoteGrant } from './remote-commands.ts';

/**
 * What may be done to a service of a host. `enable` and `disable` say whether it starts at boot; of Debian's postgresql@VERSION-NAME they
 * say nothing, as its generator starts it all the same (pg_createcluster(1), start.conf): only `mask` keeps that from starting.
 */
export const SERVICE_VERBS = ['start', 'stop', 'enable', 'disable', 'mask', 'unmask'] as const;
export type ServiceVerb = (typeof SERVICE_VERBS)[number];
export type ServiceName = 'patroni' | 'postgres';

/** Prints `LoadState=`, `ActiveState=` and `UnitFileState=` of a service, in that order or another (systemctl(1)). */
export function showService(layout: HostLayout, service: ServiceName): RemoteCommand {
  const argv = ['/usr/bin/systemctl', 'show', '-p', 'LoadState,ActiveState,UnitFileState', '--', unitOf(layout, service)];
  return { name: `show ${service}`, as: 'trunkline', argv };
}

/** Waits until systemd has done it. */
export function controlService(layout: HostLayout, service: ServiceName, verb: ServiceVerb): RemoteCommand {
  return {
    name: `${verb} ${service}`,
    as: 'root',
    argv: ['/usr/bin/systemctl', verb, '--', unitOf(layout, service)],
  };
}

/** Exit 0: a server runs; 3: none runs; 4: no data directory (pg_ctl(1)). */
export function serverStatus({ binDirectory, dataDirectory }: HostLayout): RemoteCommand {
  return { name: 'pg_ctl status', as: 'postgres', argv: [`${binDirectory}/pg_ctl`, 'status', '-D', dataDirectory] };
}

/** The control file in English. */
export function controlData({ binDirectory, dataDirectory }: HostLayout): RemoteCommand {
  const argv = ['/usr/bin/env', 'LC_ALL=C', `${binDirectory}/pg_controldata`, '-D', dataDirectory];
  return { name: 'pg_controldata', as: 'postgres', argv };
}

/** What sudo must allow for them. */
export function serverGrants(layout: HostLayout): readonly RemoteGrant[] {
  const services = ['patroni', 'postgres'] as const;
  return [
    ...services.flatMap((service) =>
      SERVICE_VERBS.map((verb) =>
        grant(controlService(layout, service, verb), `${WORDS[verb]} ${service === 'patroni' ? 'Patroni' : 'PostgreSQL'}`),
      ),
    ),
    reading(grant(serverStatus(layout), 'See whether a server runs in the data directory')),
    reading(grant(controlData(layout), 'Read the control file: which cluster, which timeline, shut down cleanly or not')),
  ];
}

const WORDS: Readonly<Record<ServiceVerb, string>> = {
  start: 'Start',
  stop: 'Stop',
  enable: 'Let the boot start',
  disable: 'Keep the boot from starting',
  mask: 'Keep anything from starting',
  unmask: 'Let be started again',
};

function unitOf({ patroniUnit, postgresUnit }: HostLayout, service: ServiceName): string {
  return service === 'patroni' ? patroniUnit : postgresUnit;
}

function grant({ as, argv, name }: RemoteCommand, why: string): RemoteGrant {
  const [program, ...args] = argv;
  if (program === undefined || as === 'trunkline') throw new Error(`${name} needs no sudo`);
  return { runAs: as, program, args, why };
}
