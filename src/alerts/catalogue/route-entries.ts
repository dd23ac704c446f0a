import type { SituationName } from '../../core/situation-name.ts';
import { minutes, seconds } from '../../core/units.ts';
import type { CatalogueEntry } from '../catalogue-entry.ts';

type RouteSituation = Extract<
  SituationName,
  'proxy-silent' | 'proxy-no-primary' | 'proxy-two-primaries' | 'proxy-disagrees' | 'vip-no-holder' | 'vip-two-holders'
>;

/** The way of the clients to the cluster. */
export const routeEntries: Readonly<Record<RouteSituation, CatalogueEntry>> = {
  'proxy-silent': {
    ...{ severity: 'warning', title: 'HAProxy does not answer', forMs: minutes(1), clearMs: seconds(20) },
    firstLook: 'See whether HAProxy runs on that host and who holds the virtual address.',
    likelyCause: 'HAProxy was stopped or did not start after a change, or its host is down.',
    offers: ['status CLUSTER'],
  },
  'proxy-no-primary': {
    ...{ severity: 'critical', title: 'HAProxy has no server for writes', forMs: seconds(20), clearMs: seconds(10) },
    firstLook: "See whether there is a primary and whether HAProxy reaches its Patroni's REST API.",
    likelyCause: 'There is no primary, or the checks can not reach it.',
    offers: ['status CLUSTER'],
  },
  'proxy-two-primaries': {
    ...{ severity: 'critical', title: 'HAProxy sends writes to two servers', forMs: seconds(10), clearMs: seconds(10) },
    firstLook: 'Take the wrong one out of the write backend before anything else.',
    likelyCause: 'Two primaries, or checks that do not ask who leads.',
    offers: ['status CLUSTER'],
  },
  'proxy-disagrees': {
    ...{ severity: 'critical', title: 'HAProxy sends writes to the wrong server', forMs: seconds(20), clearMs: seconds(10) },
    firstLook: 'Compare where it sends writes with who leads; look for a hung member that still answers its checks.',
    likelyCause: 'Its checks are old, overridden by hand, or answered by a member that does not know better.',
    offers: ['status CLUSTER'],
  },
  'vip-no-holder': {
    ...{ severity: 'critical', title: 'nobody holds the virtual address', forMs: seconds(20), clearMs: seconds(10) },
    firstLook: 'See whether keepalived runs on a proxy host and what state it is in.',
    likelyCause: 'keepalived is down or in FAULT on every host.',
    offers: ['status CLUSTER'],
  },
  'vip-two-holders': {
    ...{ severity: 'critical', title: 'two hosts hold the virtual address', forMs: seconds(20), clearMs: seconds(10) },
    firstLook: 'Take the address off the host whose keepalived does not run.',
    likelyCause: 'keepalived was killed and left the address behind, or the hosts do not see each other (VRRP, protocol 112).',
    offers: ['status CLUSTER'],
  },
};
