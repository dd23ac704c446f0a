import type { JsonObject } from '../../core/json.ts';
import type { Severity } from '../../core/severity.ts';
import type { ConditionName } from '../../core/situation-name.ts';

/** Something wrong, as one look saw it. */
export interface Observation {
  readonly situation: ConditionName;
  /** The member, slot, endpoint or proxy that it is about. */
  readonly about?: string;
  /** A second, heavier one about the same has a key of its own: `critical`. */
  readonly grade?: 'critical';
  /** A sentence without its full stop. */
  readonly says: string;
  /** Where it was seen. */
  readonly evidence?: string;
  /** In place of the catalogue's. */
  readonly severity?: Severity;
  /** In place of the time for which its situation must last. */
  readonly forMs?: number;
  /** Not enough to be told, but too much to be over. */
  readonly onlyKeeps?: boolean;
  readonly joins: readonly string[];
  readonly provides: readonly string[];
}

/** What one look at a cluster or at an etcd came to. */
export interface Look {
  readonly observations: readonly Observation[];
  /** What this look could not see neither raises nor clears. Without `about`, all of the situation. */
  readonly blind: readonly { readonly situation: ConditionName; readonly about?: string }[];
  /** What the rules remember until the next look. */
  readonly memory: JsonObject;
}

/** Of one cluster only one of a key is raised at a time. */
export function keyOf({ situation, about, grade }: Pick<Observation, 'situation' | 'about' | 'grade'>): string {
  return [situation, about, grade].filter((word) => word !== undefined).join(' ');
}
