import { patternOf, type Word } from './argv-pattern.ts';
import type { RemoteGrant } from './remote-commands.ts';

/** What sudo must allow for these words: exactly them, or an expression where a form or a script is among them. */
export function grantOf(runAs: RemoteGrant['runAs'], words: readonly Word[], why: string, only?: 'no systemd'): RemoteGrant {
  const [program = '', ...args] = words;
  const fixed = args.filter((word) => typeof word === 'string');
  return {
    ...{ runAs, program: typeof program === 'string' ? program : '', why },
    args: fixed.length === args.length && !fixed.includes('-c') ? fixed : { matching: patternOf(args) },
    ...(only ? { only } : {}),
  };
}

/** Marks a grant as one that changes nothing. */
export const reading = (grant: RemoteGrant): RemoteGrant => ({ ...grant, reads: true });
