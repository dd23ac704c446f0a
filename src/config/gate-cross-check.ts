import { didYouMean } from '../core/did-you-mean.ts';
import { ROLES } from '../core/person.ts';
import type { Config } from './schema.ts';

type Keys = readonly (string | number)[];
interface Found {
  readonly keys: Keys;
  readonly value?: string;
  readonly reason: string;
  readonly hint: string;
}

/** What no single value of roles, people, ceilings, policies and freezes can tell. */
export function gateProblems(config: Config): readonly Found[] {
  return [
    ...roles(config),
    ...extents(config),
    ...config.policies.flatMap((policy, i) => policyProblems(policy, i)),
    ...breakGlass(config),
    ...totp(config),
  ];
}

function roles({ roles: own, people }: Config): readonly Found[] {
  const builtIn = Object.keys(ROLES);
  const known = [...builtIn, ...own.map(({ name }) => name)];
  const taken = own.flatMap(({ name }, i): Found[] =>
    known.indexOf(name) === builtIn.length + i
      ? []
      : [
          {
            keys: ['roles', i, 'name'],
            value: name,
            reason: builtIn.includes(name) ? 'this role comes with Trunkline' : 'there are two roles of this name',
            hint: 'Give the role a name of its own.',
          },
        ],
  );
  const unknown = people.flatMap(({ role }, i) => missing(role, known, ['people', i, 'role'], 'there is no such role'));
  return [...taken, ...unknown];
}

/** Environments and clusters that do not exist: a grant would be empty, and a rule would not fit, in silence. */
function extents({ clusters, people, policies, freezes, channels, breakGlass: rule }: Config): readonly Found[] {
  const environments = [...new Set(clusters.map((c) => c.environment))];
  const names = clusters.map((c) => c.name);
  const all: readonly (readonly [Keys, Pick<Config['people'][number], 'environments' | 'clusters'>])[] = [
    ...people.map((one, i) => [['people', i], one] as const),
    ...policies.map((one, i) => [['policies', i], one] as const),
    ...freezes.map((one, i) => [['freezes', i], one] as const),
    ...(rule ? [[['breakGlass'], rule] as const] : []),
    ...Object.entries(channels.ceilings).map(([channel, one]) => [['channels', 'ceilings', channel], one] as const),
  ];
  return all.flatMap(([keys, one]) => [
    ...(one.environments ?? []).flatMap((name, i) =>
      missing(name, environments, [...keys, 'environments', i], 'no cluster is in this environment'),
    ),
    ...(one.clusters ?? []).flatMap((name, i) => missing(name, names, [...keys, 'clusters', i], 'there is no such cluster')),
  ]);
}

function policyProblems({ approvals, confirm, from, totp: code }: Config['policies'][number], i: number): readonly Found[] {
  const found: Found[] = [];
  const at = (key: string, reason: string, hint: string) => found.push({ keys: ['policies', i, key], reason, hint });
  if (confirm && approvals > 0)
    at(
      'confirm',
      'a rule asks either the asker to confirm or other people to approve',
      'Leave out confirm, or set approvals: 0.',
    );
  if (from && approvals === 0)
    at('from', 'nobody is asked to approve by this rule', 'Set approvals to 1 or more, or leave out from.');
  if (code && approvals === 0 && !confirm)
    at('totp', 'there is no click that a code could stand beside', 'Set approvals to 1 or more, or confirm: true.');
  return found;
}

function breakGlass({ breakGlass: rule }: Config): readonly Found[] {
  if (!rule || rule.users.length + rule.groups.length > 0) return [];
  return [{ keys: ['breakGlass'], reason: 'it lists nobody', hint: 'Name users or groups, or leave breakGlass out.' }];
}

function totp({ policies, totp: settings }: Config): readonly Found[] {
  if (settings) return [];
  return policies.flatMap((policy, i) =>
    policy.totp
      ? [
          {
            keys: ['policies', i, 'totp'],
            reason: 'codes need a key that encrypts what authenticator apps are given',
            hint: 'Add totp: { key: file:/run/secrets/totp }, made by `openssl rand -base64 32`.',
          },
        ]
      : [],
  );
}

function missing(name: string, known: readonly string[], keys: Keys, reason: string): readonly Found[] {
  if (known.includes(name)) return [];
  const near = didYouMean(name, known);
  return [{ keys, value: name, reason, hint: near ? `Did you mean ${near}?` : `Known: ${known.join(', ')}.` }];
}
