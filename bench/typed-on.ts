import type { HostName } from '../lab/inventory.ts';
import type { Lab } from '../lab/lab.ts';

/**
 * Runs a command as postgres on a host, as who is logged in there would: in the host's own control groups, where it shares the machine
 * with the rest of that host. The console's processes have a share of their own.
 * @throws Error with what it said when it fails.
 */
export async function typedOn(lab: Lab, host: HostName, argv: readonly string[]): Promise<void> {
  const unit = ['/usr/bin/systemd-run', '--quiet', '--wait', '--collect', '--pipe', '--property=User=postgres', '--'];
  const { code, stdout, stderr } = await lab.exec(host, [...unit, ...argv], { timeoutMs: 1_200_000 });
  if (code !== 0) throw new Error(`${argv[0]} on ${host} failed: ${stdout}${stderr}`);
}
