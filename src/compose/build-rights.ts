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
import type { Locks } from '../store/locks.ts';
import { gateConfig } from './gate-config.ts';

interface Needs {
  readonly config: Config;
  readonly gate: Gate;
  readonly loaded: Pick<Loaded, 'runbooks'>;
  readonly chat: Pick<Chat, 'directory'>;
  readonly locks: Pick<Locks, 'inTheWay'>;
  readonly clock: Clock;
}

/** What `/pg can` asks of the gate, Slack and the locks. */
export function buildRights({ config, gate, loaded, chat, locks, clock }: Needs): (standing: Pick<Standing, 'whyNot'>) => Rights {
  const needs = {
    ...{ gate, clock, runbooks: loaded.runbooks, rules: gateConfig(config) },
    groups: () => chat.directory.groups(),
    async locked(cluster: string) {
      try {
        const held = await locks.inTheWay([exclusive.cluster(cluster)]);
        return held.length === 0 ? [] : [heldWords(held, clock.now(), [cluster])];
      } catch (error) {
        return [`whether it is locked can not be told: ${asError(error).message}`];
      }
    },
  };
  return (standing) => createRights(needs, standing);
}
