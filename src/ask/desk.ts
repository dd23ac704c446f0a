import { runbookFor, runbooksOf } from '../core/by-mode.ts';
import type { Command, Invocation, Ledger } from '../core/command.ts';
import { asError, bug, refusal, TrunklineError, unauthorised } from '../core/errors.ts';
import type { JsonObject } from '../core/json.ts';
import type { Message } from '../core/message.ts';
import { type Asker, NEEDED, type Permission, type Subject } from '../core/person.ts';
import type { Rights } from '../core/rights.ts';
import type { Runbook } from '../core/runbook.ts';
import { splitWords } from '../core/split-words.ts';
import { spokenName } from '../core/spoken-name.ts';
import type { StartOptions } from '../core/start-flags.ts';
import type { View } from '../core/view.ts';
import { findCommand } from './find-command.ts';
import { unwrap } from './unwrap.ts';

/** What a person may do where, read for this question. */
export interface Admission {
  /** The roles that they were granted anywhere. */
  readonly roles: readonly string[];
  /** True when there is anything here that it may be done to; by that runbook when one is given. */
  maySomewhere(need: Permission, runbook?: string): boolean;
  /** Why it may not be done to this; `undefined` when it may. */
  whyNot(need: Permission, subject: Subject): { readonly says: string; readonly hint: string } | undefined;
  /** Why here nobody may do what this person may do elsewhere; `undefined` when that is not so. */
  loweredHere(need: Permission, runbook?: string): { readonly says: string; readonly hint: string } | undefined;
  /** Names of the clusters that the person may see here. */
  readonly visible: readonly string[];
  /** Nobody else reads here: a direct message, or no channel at all. */
  readonly isPrivate: boolean;
}

export interface DeskParts {
  readonly commands: readonly Command[];
  /** @throws Unauthorised for guests, strangers, shared channels, people without any role; Unreachable when nobody can say. */
  admit(asker: Asker): Promise<Admission>;
  viewFor(visible: readonly string[], asker: Asker): View;
  rightsFor(admission: Admission, asker: Asker): Rights;
  /** Proposes a run; its own message is posted by whoever keeps runs, so there may be nothing to answer. */
  start(wish: {
    runbook: Runbook;
    input: JsonObject;
    reason?: string;
    asker: Asker;
    start: StartOptions;
  }): Promise<Message | undefined>;
  readonly ledger: Ledger;
  /** Every refusal is audited. */
  refused(event: { asker: Asker; command: string; cluster?: string; why: string }): Promise<void>;
  measured(labels: { command: string; result: 'answered' | 'refused' | 'failed' }, millis: number): void;
  now(): number;
}

/** Takes what a person typed to its answer; `undefined` when the answer is posted elsewhere (the message of a run). */
export type Desk = (text: string, asker: Asker, more?: More) => Promise<Message | undefined>;

/** What was asked of the person after they typed. */
export interface More {
  readonly reason?: string;
}

/**
 * The way of every command, from Slack and from the command line: words -> who asks -> command -> arguments -> may they -> act.
 * Throws TrunklineError for what the asker should read.
 */
export function createDesk(parts: DeskParts): Desk {
  return async (text, asker, more = {}) => {
    const begun = parts.now();
    const asked: Asked = { command: 'unknown' };
    try {
      const answer = await answered(parts, { text, asker, more }, asked);
      parts.measured({ command: asked.command, result: 'answered' }, parts.now() - begun);
      return answer;
    } catch (thrown) {
      await note(parts, asker, asked, { thrown, millis: parts.now() - begun });
      throw thrown;
    }
  };
}

/** What was understood of the words so far, for the measure and the audit. */
interface Asked {
  command: string;
  cluster?: string;
  /** Why the asker may not have what the words name, although they are told that it does not exist. */
  denied?: string;
}

async function note(
  parts: DeskParts,
  asker: Asker,
  asked: Asked,
  { thrown, millis }: { thrown: unknown; millis: number },
): Promise<void> {
  const kind = thrown instanceof TrunklineError ? thrown.kind : 'bug';
  const result = kind === 'refusal' || kind === 'unauthorised' ? 'refused' : 'failed';
  parts.measured({ command: asked.command, result }, millis);
  const why = kind === 'unauthorised' ? asError(thrown).message : asked.denied;
  const { command, cluster } = asked;
  if (why !== undefined) await parts.refused({ asker, command, ...(cluster ? { cluster } : {}), why });
}

interface Question {
  readonly text: string;
  readonly asker: Asker;
  readonly more: More;
}

async function answered(parts: DeskParts, { text, asker, more }: Question, asked: Asked): Promise<Message | undefined> {
  const words = splitWords(text);
  const admission = await parts.admit(asker);
  const known = parts.commands.filter((one) => mayType(one, admission));
  noteNotTheirs(parts.commands, words, admission, asked);
  const { command, words: rest } = findCommand(words, known);
  asked.command = command.name;
  const invocation = command.parse(rest);
  if (invocation.isSecret && !admission.isPrivate) throw seenByOthers(command, asked);
  if (invocation.cluster) asked.cluster = invocation.cluster;
  if (invocation.cluster && !admission.visible.includes(invocation.cluster)) asked.denied = 'this cluster is not visible to them';
  const view = parts.viewFor(admission.visible, asker);
  if (invocation.cluster) mayUse(command, invocation.cluster, admission, view);
  const scene = { parts, view, known, asker, admission };
  if (invocation.does !== 'through') return asIs(invocation, await perform(scene, command, { ...invocation, ...more }));
  const inner = unwrap(invocation, known);
  if (invocation.cluster) mayUse(inner.command, invocation.cluster, admission, view);
  return perform(scene, inner.command, inner.invocation);
}

function mayType(command: Command, admission: Admission): boolean {
  const need = NEEDED[command.who];
  const started = runbooksOf(command);
  return started.length === 0 ? admission.maySomewhere(need) : started.some(({ name }) => admission.maySomewhere(need, name));
}

/**
 * A command that the asker may not use is answered like one that does not exist; that it was tried is audited all the same.
 * @throws Unauthorised for one that they may use elsewhere: there is nothing to hide, and they must find the way.
 */
function noteNotTheirs(commands: readonly Command[], words: readonly string[], admission: Admission, asked: Asked): void {
  const [first = '', second = ''] = words.map((word) => word.toLowerCase());
  const meant = commands.find(({ name }) => name === `${first}-${second}`) ?? commands.find(({ name }) => name === first);
  if (!meant || mayType(meant, admission)) return;
  asked.command = meant.name;
  const by = meant.starts ? ` ${meant.starts.name}` : '';
  const lowered = admission.loweredHere(NEEDED[meant.who], meant.starts?.name);
  if (lowered) throw unauthorised(lowered.says, lowered.hint);
  asked.denied = `may not ${NEEDED[meant.who]}${by} anywhere here (roles: ${admission.roles.join(', ') || 'none'})`;
}

/** A cluster that the asker may not see is refused by the View in the same words as one that does not exist. */
function mayUse(command: Command, cluster: string, admission: Admission, view: View): void {
  const runbook = runbookFor(command, view.cluster(cluster).mode)?.name;
  const why = admission.whyNot(NEEDED[command.who], { cluster, runbook });
  if (why) throw unauthorised(why.says, `${why.hint} \`/pg can ${cluster} ${runbook ?? 'RUNBOOK'}\` says who may.`);
}

function seenByOthers({ name }: Command, asked: Asked): TrunklineError {
  asked.denied = 'a secret was typed where others can read';
  return refusal(
    'a code is not taken here, because others could see it',
    `Press the button of the message instead, which opens a form; or type \`/pg ${spokenName(name)}\` in a direct message with the bot.`,
  );
}

interface Scene {
  readonly parts: DeskParts;
  readonly view: View;
  readonly known: readonly Command[];
  readonly asker: Asker;
  readonly admission: Admission;
}

/** What was asked with a secret is answered to the asker alone. */
function asIs({ isSecret }: Invocation, answer: Message | undefined): Message | undefined {
  return answer && isSecret ? { ...answer, forAskerOnly: true } : answer;
}

async function perform(
  { parts, view, known, asker, admission }: Scene,
  command: Command,
  invocation: Exclude<Invocation, { does: 'through' }>,
): Promise<Message | undefined> {
  if (invocation.does === 'answer') return invocation.answer(view, known, parts.rightsFor(admission, asker));
  if (invocation.does === 'record') return invocation.record(parts.ledger, asker);
  const { input, reason, start } = invocation;
  if (!invocation.cluster) throw refusal('this needs a cluster', 'Name the cluster after the command.');
  const runbook = runbookFor(command, view.cluster(invocation.cluster).mode);
  if (!runbook) throw bug(`/pg ${spokenName(command.name)} starts no runbook`);
  return parts.start({ runbook, input, start, asker, ...(reason ? { reason } : {}) });
}
