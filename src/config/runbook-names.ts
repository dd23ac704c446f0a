import { didYouMean } from '../core/did-you-mean.ts';
import { ConfigError, type Problem } from './problem.ts';
import type { Config } from './schema.ts';

/** What `runbooks/` holds. */
interface Kept {
  readonly runbooks: readonly { readonly name: string }[];
}

/**
 * That the runbooks which a configuration names exist; they are known only once `runbooks/` is read. A misspelt one would grant
 * nothing, and a rule for it would never decide, in silence.
 * @throws ConfigError with every wrong name.
 */
export function checkRunbookNames(config: Config, { runbooks: all }: Kept, file: string): void {
  const known = all.map(({ name }) => name);
  const { people, policies, freezes, channels } = config;
  const named = [
    ...people.map(({ runbooks }, i) => [`people[${i}]`, runbooks] as const),
    ...policies.map(({ runbooks }, i) => [`policies[${i}]`, runbooks] as const),
    ...freezes.map(({ runbooks }, i) => [`freezes[${i}]`, runbooks] as const),
    ...Object.entries(channels.ceilings).map(([id, { runbooks }]) => [`channels.ceilings.${id}`, runbooks] as const),
  ];
  const problems = named.flatMap(([path, runbooks = []]) =>
    runbooks.flatMap((name, i): Problem[] => {
      if (known.includes(name)) return [];
      const near = didYouMean(name, known);
      const hint = near ? `Did you mean ${near}?` : `Known: ${known.join(', ')}.`;
      return [{ path: `${path}.runbooks[${i}]`, value: name, reason: 'there is no such runbook', hint }];
    }),
  );
  if (problems.length > 0) throw new ConfigError(file, problems);
}
