import type { Observation } from './observation.ts';
import type { EtcdSight } from './sight.ts';

/** An even number of voters, and members that etcd has and the configuration does not, by etcd's own list. */
export function etcdMemberCount({ name, members, endpoints }: EtcdSight): readonly Observation[] {
  if (!members.ok) return [];
  const { value: all, source: evidence } = members;
  const voters = all.filter(({ learner }) => !learner);
  const others = unknownOf(all, endpoints);
  const words = [
    ...(voters.length % 2 === 0
      ? [`it has ${voters.length} voting members, of which no more may fail than of ${voters.length - 1}`]
      : []),
    ...(others.length > 0
      ? [
          `${others.join(', ')} ${others.length === 1 ? 'is a member' : 'are members'} that Trunkline's configuration does not name`,
        ]
      : []),
    ...(endpoints.length > all.length
      ? [`Trunkline's configuration names ${endpoints.length} endpoints, etcd has ${all.length} members`]
      : []),
  ];
  if (words.length === 0) return [];
  return [{ situation: 'etcd-member-count', says: `etcd ${name}: ${words.join('; ')}`, evidence, joins: [], provides: [] }];
}

/** A member is known by its id where its endpoint answers, else by one of its URLs; silent endpoints may be anybody. */
function unknownOf(
  all: readonly { readonly id: string; readonly name: string; readonly clientUrls: readonly string[] }[],
  endpoints: EtcdSight['endpoints'],
): readonly string[] {
  const ids = endpoints.flatMap(({ health }) => (health.ok ? (health.value.memberId ?? []) : []));
  const places = endpoints.map(({ endpoint }) => placeOf(endpoint));
  const unknown = all.filter(
    ({ id, clientUrls }) => !ids.includes(id) && !clientUrls.some((url) => places.includes(placeOf(url))),
  );
  const urls = all.flatMap(({ clientUrls }) => clientUrls.map(placeOf));
  const unplaced = endpoints.filter(({ endpoint, health }) => !health.ok && !urls.includes(placeOf(endpoint)));
  return unknown.length > unplaced.length ? unknown.map(({ id, name }) => name || id) : [];
}

function placeOf(url: string): string {
  return URL.canParse(url) ? new URL(url).host : url;
}
