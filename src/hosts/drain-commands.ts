import { grantOf } from './grant-of.ts';
import { argvOf, type Word } from './argv-pattern.ts';
import { DRAIN_SCRIPT, UNDRAIN_SCRIPT } from './drain-scripts.ts';
import type { RemoteCommand, RemoteGrant } from './remote-commands.ts';

/** Where a patroni.yml may be. */
export const PATRONI_FILE_FORM = '/etc/patroni(/[A-Za-z0-9][A-Za-z0-9._-]{0,99})?[.]ya?ml';

/** Sets nofailover, noloadbalance and nosync in a member's patroni.yml. Patroni reads it at its next reload. `drain` names the drain. */
export const drainTags = (file: string, drain: string): RemoteCommand => command('drain tags', words(DRAIN_SCRIPT, file, drain));

/** Takes these three back to what they were before the drain of this name; fails where another drain has set them. */
export const undrainTags = (file: string, drain: string): RemoteCommand =>
  command('undrain tags', words(UNDRAIN_SCRIPT, file, drain));

/** What sudo must allow for them: as root, as the folder of the file is usually root's. */
export function drainGrants(): readonly RemoteGrant[] {
  return [
    grantOf(
      'root',
      words(DRAIN_SCRIPT, '', ''),
      'Set the tags nofailover, noloadbalance and nosync of a drained member, and nothing else',
    ),
    grantOf('root', words(UNDRAIN_SCRIPT, '', ''), 'Take these tags back to what they were'),
  ];
}

function words(script: string, file: string, drain: string): readonly Word[] {
  return [
    ...['/usr/bin/python3', '-I', '-c', script],
    { value: file, form: PATRONI_FILE_FORM },
    { value: drain, form: '[A-Za-z0-9.-]{1,80}' },
  ];
}

function command(name: string, all: readonly Word[]): RemoteCommand {
  return { name, as: 'root', argv: argvOf(all) };
}
