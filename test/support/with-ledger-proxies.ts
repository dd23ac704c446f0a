import { generations } from '../../lab/inventory.ts';
import { labFolder, labPaths } from '../../lab/paths.ts';
import { listLedgerProxies } from '../../lab/ledger-proxies.ts';
import { labSecrets } from '../../lab/secrets.ts';
import { debian } from './scene.ts';

type Change = (config: Record<string, unknown>) => Record<string, unknown>;

/** The change of the bot's configuration that lists the way to `ledger`, made before a scene is; what can lose data wants two approvers. */
export async function withLedgerProxies(options: { readonly poolers?: boolean } = {}): Promise<Change> {
  const list = listLedgerProxies(await labSecrets(labPaths(generations[debian], labFolder()).secrets), options);
  return (config) => ({ ...list(config), policies: POLICIES });
}

const POLICIES = [
  { risk: ['reads', 'interrupts-nothing'], approvals: 0 },
  { risk: ['interrupts-writes'], approvals: 1, expiresIn: '15m', startWithin: '5m' },
  { risk: ['can-lose-data'], approvals: 2, expiresIn: '15m', startWithin: '5m' },
];
