import { expect } from 'vitest';
import type { AuditFacts } from '../../../src/core/audit-facts.ts';
import type { Run } from '../../../src/core/run.ts';
import { isFinal, mayMove, RUN_STATES, type RunState } from '../../../src/core/run-state.ts';
import type { Store } from '../../../src/store/store.ts';
import { checkedChain } from '../checked-chain.ts';
import type { Asked } from './directory.ts';
import { ASKER, type Happened, LAPSES } from './office.ts';

interface Found {
  readonly store: Store;
  readonly run: string;
  readonly needed: number;
  readonly happened: readonly Happened[];
  /** The number of the audit's last entry before the request. */
  readonly from: number;
  readonly history: readonly Asked[];
}

/** Every promise that an approval makes, by what was kept of it. */
export async function expectSound({ store, run: id, needed, happened, from, history }: Found): Promise<void> {
  const run = await store.runs.get(id);
  if (!run) throw new Error('the run is lost');
  const chain = await checkedChain(store.audit, from + 1);
  expect(chain, 'the chain of the audit log holds').toMatchObject({ ok: true });
  const lines = (await store.audit.read(from + 1, from + 10_000)).filter((line) => line.run === id);
  expectFairVotes(run, needed, history);
  expectOneStart(run, needed, lines, history);
  expectLegalMoves(run, lines);
  expectEveryDeedAudited(happened, lines);
}

function expectFairVotes({ votes, createdAtMs }: Run, needed: number, history: readonly Asked[]): void {
  const people = votes.map(({ userId }) => userId);
  expect(new Set(people).size, 'one vote a person').toBe(people.length);
  expect(people, 'the asker never counts, as an admin neither').not.toContain(ASKER);
  expect(votes.filter(({ verdict }) => verdict === 'approve').length, 'no vote after enough').toBeLessThanOrEqual(needed);
  expect(votes.filter(({ verdict }) => verdict === 'deny').length, 'one denial ends it').toBeLessThanOrEqual(1);
  for (const { userId, atMs } of votes) {
    expect(atMs, 'no vote after the request has lapsed').toBeLessThan(createdAtMs + LAPSES.expiresInMs);
    const asked = history.some(({ by, who, need, may }) => by === 'admit' && who === userId && need === 'approve' && may);
    expect(asked, `${userId} was an approver at the vote`).toBe(true);
  }
}

function expectOneStart(run: Run, needed: number, lines: readonly AuditFacts[], history: readonly Asked[]): void {
  const count = (what: string) => lines.filter((line) => line.what === what).length;
  expect(count('run.queue'), 'queued once at most').toBeLessThanOrEqual(1);
  expect(count('run.start'), 'started once at most').toBeLessThanOrEqual(1);
  const acted = history.findIndex(({ by }) => by === 'act');
  const switched = history.filter(({ by, need }) => by === 'act' && need === 'switchover').length;
  expect(switched, 'switched over once at most').toBeLessThanOrEqual(1);
  if (run.state === 'succeeded') expect(switched, 'succeeded means done').toBe(1);
  if (['denied', 'withdrawn', 'expired', 'stale'].includes(run.state)) expect(acted, `${run.state} never acts`).toBe(-1);
  if (acted < 0) return;
  const approvers = run.votes.filter(({ verdict }) => verdict === 'approve').map(({ userId }) => userId);
  const still = approvers.filter((who) =>
    history.slice(0, acted).some((asked) => asked.by === 'lacks' && asked.who === who && asked.need === 'approve' && asked.may),
  );
  expect(still.length, 'enough approvers were approvers at the start').toBeGreaterThanOrEqual(needed);
  expect(run.startedAtMs, 'started before the approval lapsed').toBeLessThan(run.expiresAtMs);
}

function expectLegalMoves({ state }: Run, lines: readonly AuditFacts[]): void {
  let now: RunState = 'draft';
  for (const line of lines) {
    const next = stateAfter(line);
    if (next === undefined || next === now) continue;
    expect(mayMove(now, next), `${now} to ${next} by ${line.what}`).toBe(true);
    now = next;
  }
  expect(now, 'the log tells the whole life').toBe(state);
  expect(isFinal(state), `${state} is an end`).toBe(true);
}

/** The state that an entry of the audit log says the run came to, if it says one. */
function stateAfter({ what, result }: AuditFacts): RunState | undefined {
  if (what === 'run.start') return 'running';
  return RUN_STATES.find((state) => state === result);
}

function expectEveryDeedAudited(happened: readonly Happened[], lines: readonly AuditFacts[]): void {
  for (const { came, does, who } of happened) if (came.result === 'broke') expect.fail(`${does} of ${who} broke: ${came.says}`);
  const byPeople = happened.filter(({ does }) => does !== 'work' && does !== 'sweep');
  for (const person of new Set(byPeople.map(({ who }) => who))) {
    const deeds = byPeople.filter(({ who }) => who === person);
    const said = lines.filter(({ who, what }) => who === person && what !== 'run.request');
    const refused = (results: readonly string[]) => results.filter((result) => result === 'refused').length;
    expect(said.length, `every act of ${person} is audited`).toBe(deeds.length);
    expect(refused(said.map(({ result }) => result)), `every refusal of ${person} is audited`).toBe(
      refused(deeds.map(({ came }) => came.result)),
    );
  }
}
