import type { DebtDraft } from '../core/debt.ts';
import { bug } from '../core/errors.ts';
import type { StoredStep } from '../core/plan.ts';
import type { Act, ActContext, EndedAct, Performed } from './act.ts';
import { armResumeAct } from './arm-resume.ts';
import { checkpointAct } from './checkpoint.ts';
import { configSetAct } from './config-set.ts';
import { drainAct } from './drain.ts';
import { dropSlotAct } from './drop-slot.ts';
import { endBackendAct } from './end-backend.ts';
import { failoverAct } from './failover.ts';
import type { Hands } from './hands.ts';
import { pausePoolersAct } from './pause-poolers.ts';
import { resumePoolersAct } from './resume-poolers.ts';
import { deleteKeptAct } from './delete-kept.ts';
import { forgetRewindAct } from './forget-rewind.ts';
import { keepWalAct } from './keep-wal.ts';
import { recoverBackupAct } from './recover-backup.ts';
import { rehearseRewindAct } from './rehearse-rewind.ts';
import { restoreBackupAct } from './restore-backup.ts';
import { rewindAct } from './rewind.ts';
import { configurePatroniAct } from './configure-patroni.ts';
import { deleteDataAct } from './delete-data.ts';
import { startPatroniAct } from './start-patroni.ts';
import { startStandbyAct } from './start-standby.ts';
import { releaseSlotAct } from './release-slot.ts';
import { reserveSlotAct } from './reserve-slot.ts';
import { replicationRoleAct } from './replication-role.ts';
import { placeCopyAct } from './place-copy.ts';
import { discardCopyAct } from './discard-copy.ts';
import { copyPrimaryAct } from './copy-primary.ts';
import { configureStandbyAct } from './configure-standby.ts';
import { allowReplicationAct } from './allow-replication.ts';
import { reinitializeAct } from './reinitialize.ts';
import { reloadAct } from './reload.ts';
import { restartAct } from './restart.ts';
import { pauseAct } from './pause.ts';
import { resumeAct } from './resume.ts';
import { holdServerAct } from './hold-server.ts';
import { setAsideAct } from './set-aside.ts';
import { startServerAct } from './start-server.ts';
import { stopServerAct } from './stop-server.ts';
import { dropLeftSlotsAct } from './drop-left-slots.ts';
import { liftFenceAct } from './lift-fence.ts';
import { fencePrimaryAct } from './fence-primary.ts';
import { followPrimaryAct } from './follow-primary.ts';
import { promoteStandbyAct } from './promote-standby.ts';
import { startAgainAct } from './start-again.ts';
import { stopPrimaryAct } from './stop-primary.ts';
import { takeDownAct } from './take-down.ts';
import { switchoverAct } from './switchover.ts';
import { tellProxiesAct } from './tell-proxies.ts';
import { unpauseAct } from './unpause.ts';
import { unscheduleAct } from './unschedule.ts';
import { undrainAct } from './undrain.ts';

/** An act as it is stored in a plan. */
export type StoredAct = NonNullable<StoredStep['act']>;

export interface Acts {
  /** @throws Error when another release stored other arguments; TrunklineError when the act is known not to have happened. */
  perform(act: StoredAct, context: ActContext): Promise<Performed>;
  repeat(name: string): 'harmless' | 'never';
  interrupts(name: string): boolean;
  canBeEnded(name: string): boolean;
  debt(act: StoredAct, claim?: string): DebtDraft | undefined;
  pays(act: StoredAct): readonly string[];
  end(act: StoredAct, context: ActContext): Promise<EndedAct | undefined>;
  /** Log lines of the host acted on that say why the act hangs or failed; empty when the act has none to offer. */
  explain(act: StoredAct, sinceMs: number, signal: AbortSignal): Promise<readonly string[]>;
}

const ALL: ReadonlyMap<string, Act> = new Map(
  [
    allowReplicationAct,
    armResumeAct,
    checkpointAct,
    configSetAct,
    configurePatroniAct,
    configureStandbyAct,
    copyPrimaryAct,
    deleteDataAct,
    deleteKeptAct,
    discardCopyAct,
    drainAct,
    dropSlotAct,
    endBackendAct,
    failoverAct,
    forgetRewindAct,
    holdServerAct,
    keepWalAct,
    pauseAct,
    pausePoolersAct,
    placeCopyAct,
    recoverBackupAct,
    rehearseRewindAct,
    reinitializeAct,
    releaseSlotAct,
    reloadAct,
    replicationRoleAct,
    reserveSlotAct,
    restartAct,
    restoreBackupAct,
    resumeAct,
    resumePoolersAct,
    rewindAct,
    setAsideAct,
    startPatroniAct,
    startServerAct,
    startStandbyAct,
    stopServerAct,
    switchoverAct,
    takeDownAct,
    tellProxiesAct,
    undrainAct,
    unpauseAct,
    unscheduleAct,
    dropLeftSlotsAct,
    fencePrimaryAct,
    followPrimaryAct,
    liftFenceAct,
    promoteStandbyAct,
    startAgainAct,
    stopPrimaryAct,
  ].map((act) => [act.name, act]),
);

/** True when what an act began can be ended while it goes on; needs no hands. */
export function canBeEnded(name: string): boolean {
  return find(name).canBeEnded;
}

/** The closed list of what can be done to a cluster, with the hands to do it. */
export function createActs(hands: Hands): Acts {
  return {
    perform: (act, context) => find(act.act).perform(act.args, hands, context),
    repeat: (name) => find(name).repeat,
    interrupts: (name) => find(name).interrupts,
    canBeEnded,
    debt: (act, claim = 'no-claim') => find(act.act).debt(act.args, claim),
    pays: (act) => find(act.act).pays(act.args),
    end: (act, context) => find(act.act).end(act.args, hands, context),
    explain: (act, sinceMs, signal) => find(act.act).explain(act.args, hands, sinceMs, signal),
  };
}

function find(name: string): Act {
  const act = ALL.get(name);
  if (!act) throw bug(`there is no act ${JSON.stringify(name)}`);
  return act;
}
