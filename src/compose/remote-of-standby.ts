import { randomBytes } from 'node:crypto';
import type { StandbyCommand } from '../acts/standby-hands.ts';
import { wholeEtcdSettings } from '../hosts/etcd-settings.ts';
import type { HostLayout } from '../hosts/host-layout.ts';
import type { RemoteCommand } from '../hosts/remote-commands.ts';
import {
  allowReplication,
  deleteData,
  discardCopy,
  releaseSlot,
  keepPassword,
  makeConfigDirectory,
  makeRole,
  makeSlot,
  placeCopy,
  readSettings,
  validatePatroni,
  writeConfig,
} from '../hosts/standby-commands.ts';
import { scramVerifier } from '../stack/scram-verifier.ts';

/** Needs the credentials of the configuration: see patroni-member.ts. */
export type PatroniCommand = Extract<StandbyCommand, { name: 'write patroni configuration' }>;

interface Remote {
  readonly command: RemoteCommand;
  readonly timeoutMs: number;
  readonly mayRepeat: true;
  readonly stdin?: string;
}

/** What makes a standby, as it runs on a host with this layout. */
export function remoteOfStandby(asked: Exclude<StandbyCommand, PatroniCommand>, layout: HostLayout): Remote {
  switch (asked.name) {
    case 'allow replication':
      return how(allowReplication(asked.role, asked.address));
    case 'make replication role':
      return how(makeRole(asked.role), `${scramVerifier(asked.password, randomBytes(16))}\n`);
    case 'make slot':
      return how(makeSlot(asked.slot));
    case 'release slot':
      return how(releaseSlot(asked.slot));
    case 'read configuration':
      return how(readSettings());
    case 'read etcd settings':
      return how(wholeEtcdSettings());
    case 'keep password':
      return how(keepPassword(layout, asked.how), asked.text);
    case 'make configuration folder':
      return how(makeConfigDirectory(layout));
    case 'write configuration':
      return how(writeConfig(layout, asked.file), asked.text);
    case 'place the copy':
      return how(placeCopy(layout), asked.text);
    case 'check patroni configuration':
      return how(validatePatroni());
    case 'delete the old data directory':
      return how(deleteData(layout), '', 10 * 60_000);
    case 'discard the copy':
      return how(discardCopy(layout), '', 10 * 60_000);
  }
}

function how(command: RemoteCommand, stdin?: string, timeoutMs = 60_000): Remote {
  return { command, timeoutMs, mayRepeat: true, ...(stdin ? { stdin } : {}) };
}
