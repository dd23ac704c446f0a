import type { Command, Invocation, Ledger } from '../core/command.ts';
import { asError, refusal, TrunklineError, unauthorised } from '../core/errors.ts';
import type { JsonObject } from '../core/json.ts';
import type { Message } from '../core/message.ts';
import { type Asker, type PersonRole, ROLES } from '../core/person.ts';
import type { Runbook } from '../core/runbook.ts';
import { splitWords } from '../core/split-words.ts';
import { spokenName } from '../core/spoken-name.ts';
import type { StartOptions } from '../core/start-flags.ts';
import type { View } from '../core/view.ts';
import { findCommand } from './find-command.ts';
import { unwrap } from './unwrap.ts';

/** What a person may do where, read for this question. */
export interface Admission {
  /** The best role anywhere. */
  readonly role: PersonRole;
  roleOn(cluster: string): PersonRole | undefined;
  /** Names of the clusters that the person may see. */
  readonly visible: readonly string[];
}

export interface DeskParts {
  readonly commands: readonly Command[];
  /** @throws Unauthorised for guests, strangers, shared channels, people without any role; Unreachable when nobody can say. */
  admit(asker: Asker): Promise<Admission>;
  viewFor(visible: readonly string[], asker: Asker): View;
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

async function answered(parts: DeskParts, { text, asker, more }: Question, asked: Asked) {
  const words = splitWords(text);
  const admission = await parts.admit(asker);
  const known = parts.commands.filter(({ who }) => atLeast(admission.role, who));
  noteAboveRole(parts.commands, words, admission, asked);
  const { command, words: rest } = findCommand(words, known);
  asked.command = command.name;
  const invocation = command.parse(rest);
  if (invocation.cluster) asked.cluster = invocation.cluster;
  if (invocation.cluster && !admission.visible.includes(invocation.cluster)) asked.denied = 'this cluster is not visible to them';
  const view = parts.viewFor(admission.visible, asker);
  if (invocation.cluster) mayUse(command, invocation.cluster, admission, view);
  if (invocation.does !== 'through') return perform(parts, { ...invocation, ...more }, { view, known, asker });
  const inner = unwrap(invocation, known);
  if (invocation.cluster) mayUse(inner.command, invocation.cluster, admission, view);
  return perform(parts, inner.invocation, { view, known, asker });
}

/** A command above the asker's role is answered like one that does not exist; that it was tried is audited all the same. */
function noteAboveRole(commands: readonly Command[], words: readonly string[], { role }: Admission, asked: Asked): void {
  const [first = '', second = ''] = words.map((word) => word.toLowerCase());
  const meant = commands.find(({ name }) => name === `${first}-${second}`) ?? commands.find(({ name }) => name === first);
  if (!meant || atLeast(role, meant.who)) return;
  asked.command = meant.name;
  asked.denied = `needs the role ${meant.who}; theirs is ${role}`;
}

/** A cluster that the asker may not see is refused by the View in the same words as one that does not exist. */
function mayUse(command: Command, cluster: string, admission: Admission, view: View): void {
  view.cluster(cluster);
  const role = admission.roleOn(cluster);
  if (role && atLeast(role, command.who)) return;
  throw unauthorised(
    `/pg ${spokenName(command.name)} on ${cluster} needs the role ${command.who}; yours there is ${role ?? 'none'}`,
    `Ask somebody with the role ${command.who} on ${cluster}, or have your user group added under people in the configuration.`,
  );
}

interface Scene {
  readonly view: View;
  readonly known: readonly Command[];
  readonly asker: Asker;
}

async function perform(
  parts: DeskParts,
  invocation: Exclude<Invocation, { does: 'through' }>,
  { view, known, asker }: Scene,
): Promise<Message | undefined> {
  if (invocation.does === 'answer') return invocation.answer(view, known);
  if (invocation.does === 'record') return invocation.record(parts.ledger, asker);
  const { runbook, input, reason, start } = invocation;
  if (!invocation.cluster) throw refusal('this needs a cluster', 'Name the cluster after the command.');
  return parts.start({ runbook, input, start, asker, ...(reason ? { reason } : {}) });
}

function atLeast(role: PersonRole, needed: PersonRole): boolean {
  return ROLES.indexOf(role) >= ROLES.indexOf(needed);
}
