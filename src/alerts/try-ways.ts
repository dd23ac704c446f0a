import type { Clock } from '../core/clock.ts';
import { asError, TrunklineError } from '../core/errors.ts';
import type { Message, Part } from '../core/message.ts';
import type { Severity } from '../core/severity.ts';
import { formatDuration } from '../core/units.ts';
import type { Page } from '../core/page.ts';
import type { Posted, Route } from './ports.ts';

/** What is tried: every channel and target of these routes. */
export interface Trial {
  readonly id: string;
  readonly cluster: string;
  readonly severity: Severity;
  readonly routes: readonly Route[];
  /** Who tries it and from where, as a clause. */
  readonly by: string;
}

/** The ways as the bot itself uses them. Each of them has its own end of patience and may reject. */
export interface Ways {
  post(channel: string, message: Message): Promise<Posted>;
  /** Resolves when Slack shows it. */
  edit(posted: Posted, message: Message): Promise<void>;
  permalink(posted: Posted): Promise<string>;
  /** A clause when it was not told. */
  tell(page: Page, target: string): Promise<string | undefined>;
}

/** What became of one way. */
export interface Tried {
  readonly way: 'slack' | 'target';
  /** The channel's id or the target's name. */
  readonly name: string;
  /** Milliseconds until it was taken. */
  readonly tookMs?: number;
  readonly link?: string;
  /** Why it did not work, as a clause, and what to do. */
  readonly why?: string;
  readonly hint?: string;
}

/** Tells a test incident by every way and resolves it again, so that nobody has to. Never rejects. */
export async function tryWays(trial: Trial, ways: Ways, clock: Clock): Promise<readonly Tried[]> {
  const { channels, targets } = waysOf(trial.routes);
  const posts = await Promise.all(channels.map((channel) => tryChannel(channel, trial, ways, clock)));
  const permalink = posts.find(({ tried }) => tried.link !== undefined)?.tried.link;
  const told = await Promise.all(targets.map((target) => tryTarget(target, trial, permalink, ways, clock)));
  const all = [...posts.map(({ tried }) => tried), ...told];
  const ended = await Promise.all(posts.map(({ tried, posted }) => (posted ? close(tried, posted, trial, all, ways) : tried)));
  return [...ended, ...told];
}

/** Each channel and target once, as they come. */
function waysOf(routes: readonly Route[]) {
  const targets = routes.flatMap(({ targets: atOnce, backup, escalation }) => [
    ...atOnce,
    ...backup.targets,
    ...escalation.flatMap((step) => step.targets),
  ]);
  return { channels: [...new Set(routes.map(({ channel }) => channel))], targets: [...new Set(targets)] };
}

async function tryChannel(channel: string, trial: Trial, ways: Ways, clock: Clock) {
  const startedAtMs = clock.now();
  try {
    const posted = await ways.post(channel, testMessage(trial, channel));
    const tookMs = clock.now() - startedAtMs;
    const link = await ways.permalink(posted).catch(() => undefined);
    return { posted, tried: { way: 'slack', name: channel, tookMs, ...(link ? { link } : {}) } satisfies Tried };
  } catch (error) {
    return { tried: { way: 'slack', name: channel, ...failure(error) } satisfies Tried as Tried };
  }
}

async function tryTarget(name: string, trial: Trial, permalink: string | undefined, ways: Ways, clock: Clock): Promise<Tried> {
  const startedAtMs = clock.now();
  const page = { ...testPage(trial, startedAtMs), ...(permalink ? { permalink } : {}) };
  const why = await ways.tell(page, name);
  if (why !== undefined) return { way: 'target', name, why };
  const tookMs = clock.now() - startedAtMs;
  const left = await ways.tell({ ...page, phase: 'resolved', summary: 'TEST is over' }, name);
  if (left === undefined) return { way: 'target', name, tookMs };
  return {
    way: 'target',
    name,
    why: `it was told in ${formatDuration(tookMs)}, but not that it is over: ${left}`,
    hint: 'Resolve it there by hand.',
  };
}

/** The message says at last what came of it, by the edit that incidents live by. */
async function close(tried: Tried, posted: Posted, trial: Trial, all: readonly Tried[], ways: Ways): Promise<Tried> {
  try {
    await ways.edit(posted, testMessage(trial, tried.name, all));
    return tried;
  } catch (error) {
    const { why, hint } = failure(error);
    return { ...tried, why: `it was posted, but could not be edited: ${why}`, hint };
  }
}

function failure(thrown: unknown): { readonly why: string; readonly hint: string } {
  const error = asError(thrown);
  const hint = error instanceof TrunklineError ? error.hint : 'Look at the way from here to there.';
  return { why: error.message, hint };
}

function testPage({ id, cluster, severity, by }: Trial, nowMs: number): Page {
  return {
    key: id,
    phase: 'open',
    ...{ severity, cluster },
    situation: 'failover',
    summary: 'TEST of the alerts, nothing happened',
    details: [by, 'it is resolved again at once'],
    sinceMs: nowMs,
    test: true,
  };
}

function testMessage({ id, cluster, severity, by, routes }: Trial, channel: string, ended?: readonly Tried[]): Message {
  const mentions = [...new Set(routes.flatMap(({ mention }) => mention))];
  const who = mentions.length === 0 ? 'nobody' : mentions.join(', ');
  return {
    summary: `TEST of the alerts of ${cluster}, nothing happened`,
    parts: [
      { title: [{ bold: cluster }, `: TEST of the alerts${ended ? ', over' : ''}`], sign: ended ? 'done' : 'info' },
      { line: 'Nothing happened, and nothing is to be done.' },
      { line: `A ${severity} incident would be told here and would name ${who}.` },
      ...(ended ?? []).map((tried) => triedLine(tried, channel)),
      { note: `Test ${id}, ${by}.` },
    ],
  };
}

function triedLine({ way, name, tookMs, why }: Tried, here: string): Part {
  const channel = name === here ? 'This channel' : `Slack channel ${name}`;
  const what = way === 'slack' ? channel : `Target ${name}`;
  if (why !== undefined) return { line: `${what}: ${why}`, sign: 'bad' };
  return { line: `${what}: told in ${formatDuration(tookMs ?? 0)}`, sign: 'ok' };
}
