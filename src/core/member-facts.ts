import { z } from 'zod';
import type { MemberReadings, Snapshot } from './cluster.ts';
import type { Debt } from './debt.ts';
import { didYouMean } from './did-you-mean.ts';
import { refusal } from './errors.ts';

/** Frames of facts: their parts were validated where they were read. */
export const anObject = <T>() => z.custom<T>((value) => typeof value === 'object' && value !== null);

/** The readings of one member. @throws Refusal that lists the members. */
export function memberIn({ cluster, members }: Snapshot, name: string): MemberReadings {
  const found = members.find((member) => member.name === name);
  if (found) return found;
  const names = members.map((member) => member.name).sort();
  const near = didYouMean(name, names);
  throw refusal(
    `${cluster.name} has no member ${JSON.stringify(name)}`,
    `${near ? `Did you mean ${near}? ` : ''}Its members are ${names.join(', ')}.`,
  );
}

/** The debt with that id among those of a cluster. */
export function debtOf(debts: readonly Debt[], id: string): Debt | undefined {
  return debts.find((debt) => debt.id === id);
}
