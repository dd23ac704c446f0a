import type { Config } from './schema.ts';

interface Idle {
  readonly path: string;
  readonly says: string;
  readonly hint: string;
}
type Route = Config['alerts']['routes'][number];

/** Routes of alerts that tell nobody anything, because another takes all of theirs or no cluster fits them. */
export function idleRoutes({ alerts: { routes }, clusters }: Pick<Config, 'alerts' | 'clusters'>): readonly Idle[] {
  return routes.flatMap((route, i) => {
    const path = `alerts.routes[${i}]`;
    if (placesOf(route, clusters).length === 0)
      return [
        {
          path,
          says: 'no cluster fits this route',
          hint: 'Its clusters are in none of its environments; correct one of the two.',
        },
      ];
    const before = routes.slice(0, i).findIndex((other) => covers(other, route, clusters));
    if (before < 0) return [];
    const says = `this route is never reached: routes[${before}] before it takes all that it would`;
    return [{ path, says, hint: 'The first route that fits decides; put the narrower one first.' }];
  });
}

function covers(wide: Route, narrow: Route, clusters: Config['clusters']): boolean {
  const places = placesOf(wide, clusters);
  return (
    placesOf(narrow, clusters).every((name) => places.includes(name)) &&
    holds(wide.severities, narrow.severities) &&
    holds(wide.situations, narrow.situations) &&
    (wide.hours === undefined || JSON.stringify(wide.hours) === JSON.stringify(narrow.hours))
  );
}

function placesOf({ clusters: names, environments }: Route, clusters: Config['clusters']): readonly string[] {
  const fits = ({ name, environment }: Config['clusters'][number]) =>
    (names?.includes(name) ?? true) && (environments?.includes(environment) ?? true);
  return clusters.filter(fits).map(({ name }) => name);
}

/** Whether a list (all, when absent) holds all of another. */
function holds<T>(wide: readonly T[] | undefined, narrow: readonly T[] | undefined): boolean {
  return wide === undefined || (narrow?.every((one) => wide.includes(one)) ?? false);
}
