import { readPublicKeyLine } from '../core/ssh-public-key.ts';
import type { Config } from './schema.ts';

/** A key speaks for one person, and a person stands there once. */
export function cliCrossCheck({ cli }: Pick<Config, 'cli'>) {
  const people = cli?.people ?? [];
  const users = people.map(({ user }) => user);
  const keys = people.flatMap(({ user, keys: lines }, p) =>
    lines.map((line, k) => ({ user, path: ['cli', 'people', p, 'keys', k], id: readPublicKeyLine(line)?.fingerprint })),
  );
  return [
    ...users.flatMap((user, at) =>
      users.indexOf(user) < at
        ? [
            {
              keys: ['cli', 'people', at, 'user'],
              reason: `${user} stands there twice`,
              hint: 'List all keys of a person at one entry.',
            },
          ]
        : [],
    ),
    ...keys.flatMap(({ user, path, id }, at) => {
      const first = keys.findIndex((key) => key.id === id);
      if (first === at) return [];
      return [
        {
          keys: path,
          reason: `the key ${id} is listed twice: for ${keys[first]?.user} and for ${user}`,
          hint: 'A key speaks for one person only; give each person a key of their own.',
        },
      ];
    }),
  ];
}
