import { didYouMean } from '../core/did-you-mean.ts';
import { refusal } from '../core/errors.ts';
import type { ClusterParts } from './parts.ts';

/** The cluster of that name among those that the asker may see. @throws Refusal with the known names. */
export function partsOf(seen: readonly ClusterParts[], name: string): ClusterParts {
  const found = seen.find(({ info }) => info.name === name);
  if (found) return found;
  const names = seen.map(({ info }) => info.name);
  const meant = didYouMean(name, names);
  const known = names.length > 0 ? `You can see: ${names.join(', ')}.` : 'You cannot see any cluster; ask an admin for a role.';
  throw refusal(`there is no cluster ${name}`, meant === undefined ? known : `Did you mean ${meant}? ${known}`);
}

/** A member of a cluster. @throws Refusal with the names of its members. */
export function memberOf({ info }: ClusterParts, name: string): ClusterParts['info']['members'][number] {
  const found = info.members.find((member) => member.name === name);
  if (found) return found;
  throw refusal(`${info.name} has no member ${name}`, `Its members are ${info.members.map((member) => member.name).join(', ')}.`);
}
