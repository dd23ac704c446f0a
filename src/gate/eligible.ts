import { asError } from '../core/errors.ts';
import type { Log } from '../core/log.ts';
import type { Approvers } from './approvers.ts';

/** Who could still approve, as far as it can be told person by person. */
export interface Eligible {
  /** Slack user ids, those named by the configuration first; at most as many as were asked for. */
  readonly people: readonly string[];
  /** There are more people than that, or a group or a person could not be read. */
  readonly more: boolean;
}

interface Needs {
  /** The members of a user group. @throws when Slack can't be asked. */
  readonly members: (group: string) => Promise<readonly string[]>;
  /** Why a person's vote would not count; `undefined` when it would. @throws when it can't be asked. */
  readonly lacks: (userId: string) => Promise<string | undefined>;
  readonly log: Log;
}

interface Asked {
  readonly approvers: Approvers;
  /** Only members of these groups, when given. */
  readonly from?: readonly string[] | undefined;
  readonly without: readonly string[];
  readonly most: number;
}

/** Expands the groups of those who could approve into people, and leaves out whose vote would be refused: guests, those who left. */
export async function eligible({ members, lacks, log }: Needs, { approvers, from, without, most }: Asked): Promise<Eligible> {
  let unread = false;
  const membersOf = async (group: string): Promise<readonly string[]> => {
    try {
      return await members(group);
    } catch (error) {
      log.warn('the members of a user group could not be read', { group, why: asError(error).message });
      unread = true;
      return [];
    }
  };
  const all = [...approvers.users, ...(await Promise.all(approvers.groups.map(membersOf))).flat()];
  const within = from && new Set((await Promise.all(from.map(membersOf))).flat());
  const wanted = [...new Set(all)].filter((user) => !without.includes(user) && (within?.has(user) ?? true));
  // Each is a question to Slack, so not many more than can be used.
  const looked = wanted.slice(0, most * 2);
  /** Whoever can't be asked about is not told and not named; the vote itself asks again. */
  const mayVote = async (user: string): Promise<boolean> => {
    try {
      return (await lacks(user)) === undefined;
    } catch (error) {
      log.warn('whether a person may approve could not be read', { user, why: asError(error).message });
      unread = true;
      return false;
    }
  };
  const may = await Promise.all(looked.map(async (user) => ((await mayVote(user)) ? user : undefined)));
  const people = may.filter((user) => user !== undefined);
  return { people: people.slice(0, most), more: unread || people.length > most || wanted.length > looked.length };
}
