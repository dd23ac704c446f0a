import { z } from 'zod';
import { copiedBytes, copyWords } from '../core/copy-words.ts';
import { ClusterName, MemberName } from '../core/names.ts';
import type { StateData } from '../core/plan.ts';
import { known, type Reading } from '../core/reading.ts';
import type { BareHost, CopyProgress, CopyUnit } from '../core/standby.ts';
import { holds, impossible, notYet, type Verdict } from '../core/verdict.ts';
import { defineState } from './state.ts';

const Args = z.object({
  cluster: ClusterName,
  member: MemberName,
  primary: MemberName,
  role: z.string(),
  systemId: z.string(),
  timeline: z.number().int().positive(),
});
type Args = z.output<typeof Args>;

const { state, build } = defineState({
  name: 'copied',
  args: Args,
  says: ({ member, primary }) => `a complete copy of ${primary} lies on ${member}`,
  async judge(args, view, sinceMs) {
    const [host, progress] = await Promise.all([
      view.standbys.host(args.cluster, args.member),
      view.standbys.progress(args.cluster, args.primary),
    ]);
    return judgeCopy(args, { host, progress, elapsedMs: view.now() - sinceMs });
  },
});

export const copiedState = state;

/** The copy that was started since the step began is complete: pg_basebackup ended well and has written its manifest, which is last. */
export const copied = (args: z.input<typeof Args>): StateData => build(args);

/** The claims' clocks have whole seconds. */
const SLACK_MS = 3000;

/** Pure part; `elapsedMs` is the age of the step. */
export function judgeCopy(
  args: Args,
  seen: {
    readonly host: Reading<BareHost>;
    readonly progress: Reading<readonly CopyProgress[]>;
    readonly elapsedMs: number;
  },
): Verdict {
  const { member, primary, systemId, timeline, role } = args;
  const { host, progress, elapsedMs } = seen;
  const going = known(progress)?.find(({ user }) => user === role);
  if (!host.ok) {
    const still = going ? `, but the copy goes on by ${primary}: ${copiedBytes(going)}` : '';
    return notYet(`${member} can not be asked: ${host.why}${still}`);
  }
  const { copies, clockMs, paths, places } = host.value;
  const unit = copies.findLast(({ claim }) => claim.startsWith(`${systemId}-${timeline}-`) && claim.endsWith('-copy'));
  const ageMs = unit ? clockMs - unit.startedAtMs : Number.POSITIVE_INFINITY;
  if (!unit || ageMs > elapsedMs + SLACK_MS) return notYet(`pg_basebackup has not begun on ${member}`);
  if (unit.isRunning)
    return notYet(going ? copyWords(going, ageMs) : `pg_basebackup runs on ${member}, ${primary} sends nothing now`);
  if (unit.exitCode === undefined)
    return impossible(`pg_basebackup on ${member} has vanished without a result, as after a power cut`);
  if (unit.exitCode !== 0) return impossible(failed(member, unit));
  if (paths[places.copyManifest]?.kind === 'other') return holds(`${places.copyDirectory} on ${member} is a complete copy`);
  return notYet(`pg_basebackup on ${member} has ended well, but ${places.copyManifest} is not there`);
}

function failed(member: string, { exitCode, said }: CopyUnit): string {
  const how = exitCode === 143 || exitCode === 137 ? 'was ended' : `failed with exit ${exitCode}`;
  return `pg_basebackup on ${member} ${how}${said ? `: ${said}` : ''}`;
}
