import type { HostUnitStatus, UnitHands } from '../../src/acts/hands.ts';

/** Long work by `member claim`, which runs until the test writes another status; `done` gets a line for each that starts. */
export function fakeUnits(done: string[], units: Map<string, HostUnitStatus> = new Map()): UnitHands {
  const status = (member: string, claim: string): HostUnitStatus => units.get(`${member} ${claim}`) ?? { state: 'absent' };
  return {
    async start(_cluster, member, { claim, command }) {
      if (units.has(`${member} ${claim}`)) {
        done.push(`claim ${member} ${claim}`);
        return 'taken';
      }
      done.push(`${command.name} ${member} ${claim}`);
      units.set(`${member} ${claim}`, { state: 'running' });
      return 'ours';
    },
    status: async (_cluster, member, claim) => status(member, claim),
    log: async () => ({ lines: [], more: false }),
    async kill(_cluster, member, claim) {
      if (status(member, claim).state === 'running') units.set(`${member} ${claim}`, { state: 'ended', exitCode: 143 });
      return status(member, claim);
    },
  };
}
