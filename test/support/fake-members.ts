import type { MemberAnswer, MemberHands } from '../../src/acts/member-hands.ts';

/** What Patroni on the members does in the fake: at once what it is asked, or, where `did` gives an answer, nothing but that. */
export function fakeMembers(fake: {
  /** Notes what was asked. */
  did(line: string): MemberAnswer | undefined;
  restarted(member: string): void;
  reloaded(member: string): unknown;
}): MemberHands {
  const ask = (line: string, text: string, effect: () => unknown): MemberAnswer => {
    const answer = fake.did(line);
    if (answer) return answer;
    effect();
    return { meaning: 'done', text };
  };
  return {
    async restart(_cluster, { member, role, onlyPending, startWithinS }) {
      const guards = [role, onlyPending ? 'pending' : '', startWithinS === undefined ? '' : `${startWithinS} s`];
      const line = ['restart', member, ...guards.filter(Boolean)].join(' ');
      return ask(line, 'restarted successfully', () => fake.restarted(member));
    },
    reload: async (_cluster, member) => ask(`reload ${member}`, 'reload scheduled', () => fake.reloaded(member)),
    reinitialize: async (_cluster, { member, force }) =>
      ask(`reinitialize ${member}${force ? ' force' : ''}`, 'reinitialize started', () => fake.restarted(member)),
  };
}
