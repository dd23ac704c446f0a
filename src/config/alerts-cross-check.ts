import { didYouMean } from '../core/did-you-mean.ts';
import type { Config } from './schema.ts';

type Keys = readonly (string | number)[];
interface Found {
  readonly keys: Keys;
  readonly value?: string;
  readonly reason: string;
  readonly hint: string;
}

/** What no single value of the alerts can tell: names that must exist elsewhere in the file, and times that must rise. */
export function alertsCrossCheck(config: Config): readonly Found[] {
  const { routes, targets } = config.alerts;
  return [
    ...targetsTwice(targets.map(({ name }) => name)),
    ...routes.flatMap((route, i) => [
      ...unknownPlaces(config, route, ['alerts', 'routes', i]),
      ...unknownTargets(config, route, ['alerts', 'routes', i]),
      ...lateSteps(route, ['alerts', 'routes', i]),
    ]),
  ];
}

type Route = Config['alerts']['routes'][number];

function targetsTwice(names: readonly string[]): readonly Found[] {
  return names.flatMap((name, i) =>
    names.indexOf(name) === i
      ? []
      : [
          {
            keys: ['alerts', 'targets', i, 'name'],
            value: name,
            reason: 'there are two targets of this name',
            hint: 'Give each target a name of its own.',
          },
        ],
  );
}

function unknownPlaces({ clusters }: Config, route: Route, keys: Keys): readonly Found[] {
  const names = clusters.map(({ name }) => name);
  const environments = [...new Set(clusters.map(({ environment }) => environment))];
  return [
    ...unknown(route.clusters ?? [], names, [...keys, 'clusters'], 'there is no such cluster'),
    ...unknown(route.environments ?? [], environments, [...keys, 'environments'], 'no cluster is in this environment'),
  ];
}

function unknownTargets({ alerts }: Config, { targets, backup, escalation }: Route, keys: Keys): readonly Found[] {
  const known = alerts.targets.map(({ name }) => name);
  const why = 'there is no such target under alerts.targets';
  return [
    ...unknown(targets, known, [...keys, 'targets'], why),
    ...unknown(backup?.targets ?? [], known, [...keys, 'backup', 'targets'], why),
    ...escalation.flatMap((step, i) => unknown(step.targets, known, [...keys, 'escalation', i, 'targets'], why)),
  ];
}

function lateSteps({ escalation }: Route, keys: Keys): readonly Found[] {
  return escalation.flatMap(({ after }, i) => {
    const before = escalation[i - 1]?.after ?? 0;
    if (after > before) return [];
    const reason = i === 0 ? 'a step waits some time' : 'this step is not later than the one before it';
    return [
      { keys: [...keys, 'escalation', i, 'after'], reason, hint: 'Times count from the opening of the incident and rise.' },
    ];
  });
}

function unknown(names: readonly string[], known: readonly string[], keys: Keys, reason: string): readonly Found[] {
  return names.flatMap((name, i) => {
    if (known.includes(name)) return [];
    const near = didYouMean(name, known);
    const hint = near ? `Did you mean ${near}?` : `Known: ${known.join(', ') || 'none'}.`;
    return [{ keys: [...keys, i], value: name, reason, hint }];
  });
}
