import type { Chat } from '../chat/chat.ts';
import type { Config } from '../config/schema.ts';
import type { Clock } from '../core/clock.ts';
import { asError } from '../core/errors.ts';
import type { Rights } from '../core/rights.ts';
import { exclusive } from '../core/runbook.ts';
import type { Gate, Standing } from '../gate/gate.ts';
import { createRights } from '../gate/rights-on.ts';
import type { Loaded } from '../load.ts';
import { heldWords } from '../runs/held-words.ts';
import { maintenanceWords } from '../runs/maintenance-words.ts';
import type { Locks } from '../store/locks.ts';
import type { Maintenance } from '../store/maintenance.ts';
import { gateConfig } from './gate-config.ts';

interface Needs {
  readonly config: Config;
  readonly gate: Gate;
  readonly loaded: Pick<Loaded, 'runbooks'>;
  readonly chat: Pick<Chat, 'directory'>;
  readonly store: { readonly locks: Pick<Locks, 'inTheWay'>; readonly maintenance: Pick<Maintenance, 'of'> };
  readonly clock: Clock;
}

/** What `/pg can` asks of the gate, Slack and the locks. */
export function buildRights({ config, gate, loaded, chat, store, clock }: Needs): (standing: Pick<Standing, 'whyNot'>) => Rights {
  const needs = {
    ...{ gate, clock, runbooks: loaded.runbooks, rules: gateConfig(config, loaded) },
    groups: () => chat.directory.groups(),
    async locked(cluster: string) {
      try {
        const [held, kept] = await Promise.all([
          store.locks.inTheWay([exclusive.cluster(cluster)]),
          store.maintenance.of(cluster),
        ]);
        return [...(held.length > 0 ? [heldWords(held, clock.now(), [cluster])] : []), ...(kept ? [maintenanceWords(kept)] : [])];
      } catch (error) {
        return [`whether it is locked can not be told: ${asError(error).message}`];
      }
    },
  };
  return (standing) => createRights(needs, standing);
}
