import type { HostUnit, HostUnitStatus } from '../../src/acts/hands.ts';
import { argvOf } from '../../src/hosts/argv-pattern.ts';
import type { HostLayout } from '../../src/hosts/host-layout.ts';
import { unitWords } from '../../src/hosts/unit-commands.ts';
import type { PostgresServer } from './postgres-server.ts';

/** Long work, done at once. `at`: where each server is reached. */
export function localUnits(of: {
  readonly machine: (name: string) => { readonly server: PostgresServer };
  readonly layouts: ReadonlyMap<string, HostLayout>;
  readonly ports: ReadonlyMap<string, { readonly host: string; readonly port: number }>;
}) {
  const ended = new Map<string, { readonly exitCode: number; readonly lines: readonly string[] }>();
  return {
    start(member: string, { claim, command }: HostUnit): 'ours' | 'taken' {
      const layout = of.layouts.get(member);
      const from = command.name === 'rewind' ? of.ports.get(command.source) : undefined;
      if (!layout || !from || command.name !== 'rewind') throw new Error('only rewinds are done here');
      if (ended.has(`${member} ${claim}`)) return 'taken';
      const { name, how, restoreWal } = command;
      const passfile = `/var/lib/trunkline-units/${claim}.secret`;
      const words = unitWords({ name, how, restoreWal, from: { ...from, user: 'postgres' } }, layout, passfile);
      const { code, stdout, stderr } = of.machine(member).server.run(argvOf(words));
      ended.set(`${member} ${claim}`, { exitCode: code ?? 1, lines: `${stdout}${stderr}`.split(/[\n\r]/) });
      return 'ours';
    },
    async status(member: string, claim: string): Promise<HostUnitStatus> {
      const found = ended.get(`${member} ${claim}`);
      return found ? { state: 'ended', exitCode: found.exitCode } : { state: 'absent' };
    },
    tail: async (member: string, claim: string) => [...(ended.get(`${member} ${claim}`)?.lines ?? [])],
  };
}
