import { describe, expect, it } from 'vitest';
import type { Run } from '../../src/core/run.ts';
import { breakGlassNotice } from '../../src/runs/break-glass-notice.ts';
import { lookAheadMessage } from '../../src/runs/look-ahead.ts';
import { overdueMessage } from '../../src/runs/nag.ts';
import { outcomeNotice } from '../../src/runs/outcome-notice.ts';
import { blockedCard } from '../../src/runs/refusal-card.ts';
import { reminderOf } from '../../src/runs/remind.ts';
import { reviewsCard } from '../../src/runs/reviews-card.ts';
import { runCard } from '../../src/runs/run-card.ts';
import { scheduledCard } from '../../src/runs/scheduled-card.ts';
import { messageLines } from '../support/message-lines.ts';
import { runOf } from '../support/run-of.ts';

const NOW = 1_800_000_060_000;
const SCHEDULED = { scheduledAtMs: NOW + 3_600_000, scheduledAs: '2027-01-15 10:01 Europe/Berlin' };
const card = (changes: Partial<Run>) => runCard({ run: runOf(changes), journal: {}, nowMs: NOW });
const buttons = (changes: Partial<Run>) =>
  card(changes).parts.flatMap((part) => ('buttons' in part ? part.buttons.map(({ label, action }) => `${label}=${action}`) : []));
const lines = (changes: Partial<Run>) => messageLines(card(changes));

describe('the card of a request', () => {
  it('shows what is overridden, by whom and why, and no longer as a block', () => {
    const { plan } = runOf();
    const backlog = { id: 'archiver-backlog', verdict: 'block' as const, hard: false, says: '30 WAL files wait', hint: 'Wait.' };
    const shown = lines({
      plan: { ...plan, checks: [...plan.checks, backlog] },
      overrides: [{ check: 'archiver-backlog', reason: 'the archive is known to be slow' }],
      approvalsNeeded: 2,
    });
    expect(shown).toContain(
      '[warn] Overridden by @U0ASKER: archiver-backlog: 30 WAL files wait (the archive is known to be slow)',
    );
    expect(shown.join('\n')).not.toContain('Blocked');
    expect(shown).toContain('[ok] 1 check passed (in the thread)');
    expect(shown.join('\n')).toContain('0 of 2 approvals');
  });

  it('says at once that too few people can approve it', () => {
    const shown = (people: readonly string[], more: boolean, approvalsNeeded = 2) => {
      const run = runOf({ approvalsNeeded });
      return messageLines(runCard({ run, journal: {}, nowMs: NOW, approvers: { people, more } })).join('\n');
    };
    expect(shown(['U1'], false)).toContain('2 more must approve, and only 1 can');
    expect(shown([], false, 1)).toContain('1 more must approve, and nobody can');
    for (const enough of [shown(['U1', 'U2'], false), shown(['U1'], true)]) expect(enough).not.toContain('must approve');
  });

  it('shows its time as it was typed, and that it waits for it', () => {
    expect(lines(SCHEDULED)).toContain('[] Scheduled for 2027-01-15T09:01:00Z (2027-01-15 10:01 Europe/Berlin)');
    expect(lines({ ...SCHEDULED, state: 'approved' })[0]).toBe(
      '[busy] Approved, waits for its time: Move the leader of billing from pg1 to pg2',
    );
  });

  it('offers the reverse of what succeeded, until somebody asked for it', () => {
    const report = { says: 'done', lines: [], reverse: { says: 'ttl 40 s -> 30 s', input: { cluster: 'billing' } } };
    expect(buttons({ state: 'succeeded', report })).toEqual(['Ask for the reverse=revert']);
    expect(lines({ state: 'succeeded', report })).toContain('[] To take it back: ttl 40 s -> 30 s');
    expect(buttons({ state: 'failed', report })).toEqual([]);
    expect(buttons({ state: 'succeeded', report, reversedAs: 'r2222222' })).toEqual([]);
    expect(lines({ state: 'succeeded', report, reversedAs: 'r2222222' })).toContain('[] The reverse was asked for: run r2222222');
  });

  it('offers to ask again once it is stale or expired, until somebody did', () => {
    expect(buttons({ state: 'stale', why: 'pg3 leads' })).toEqual(['Ask again=again']);
    expect(buttons({ state: 'expired' })).toEqual(['Ask again=again']);
    expect(buttons({ state: 'expired', askedAgainAs: 'r2222222' })).toEqual([]);
    expect(lines({ state: 'expired', askedAgainAs: 'r2222222' })).toContain('[] Asked again: run r2222222');
    expect(buttons({ state: 'denied' })).toEqual([]);
    const againOf = { run: 'r1111111', link: 'https://lumen.example/p1' };
    expect(lines({ againOf })).toContain('[] Asks again for run r1111111 (https://lumen.example/p1)');
  });

  it('says of a change without approval what it went past, and keeps its review open', () => {
    const breakGlass = { reviewDueAtMs: NOW + 1000, passes: 'billing is locked for maintenance by ann (storage)' };
    const running: Partial<Run> = { state: 'running', approvalsNeeded: 0, breakGlass };
    expect(lines(running)).toContain('[] Run r4k2m9xq · asked by @U0ASKER · without approval (break-glass)');
    expect(lines(running)).toContain('[warn] It passes a maintenance lock: billing is locked for maintenance by ann (storage)');
    expect(lines(running).join('\n')).toContain('Review open: somebody else closes it by');
    expect(buttons(running)).not.toContain('Close the review=review');
    expect(buttons({ ...running, state: 'failed', why: 'x' })).toContain('Close the review=review');
    const review = { userId: 'U1', userName: 'ann', atMs: NOW, says: 'right call' };
    const closed = { ...running, state: 'succeeded' as const, breakGlass: { ...breakGlass, review } };
    expect(lines(closed).join('\n')).toContain('Reviewed by @U1, 2027-01-15T08:01:00Z: right call');
    expect(buttons(closed)).toEqual([]);
  });
});

describe('the notice of a change without approval', () => {
  const late = (changes: Partial<Run>) =>
    messageLines(breakGlassNotice(runOf({ createdAtMs: NOW - 600_000, breakGlass: { reviewDueAtMs: NOW }, ...changes }), NOW));

  it('says when it could not be told at once, and never that something was started which was not', () => {
    expect(late({ state: 'running', startedAtMs: NOW }).join('\n')).toMatch(
      /started by @U0ASKER.*\n.*It was started .*; it could not/,
    );
    const taken = late({ state: 'withdrawn' }).join('\n');
    expect(taken).toMatch(/asked by @U0ASKER.*\n.*It was asked for .*, and ended as withdrawn without a step; it could not/);
    expect(
      messageLines(breakGlassNotice(runOf({ createdAtMs: NOW, breakGlass: { reviewDueAtMs: NOW } }), NOW)).join(),
    ).not.toContain('before');
  });
});

describe('a refusal for blocks', () => {
  const { plan, input, material } = runOf();
  const block = (id: string, hard: boolean) => ({
    id,
    verdict: 'block' as const,
    hard,
    says: `${id} is wrong`,
    hint: 'Mend it.',
  });
  const refusalOf = (...checks: ReturnType<typeof block>[]) =>
    messageLines(blockedCard({ cluster: 'billing', input, material, locks: [], plan: { ...plan, checks } })).join('\n');

  it('tells how to override what can be overridden', () => {
    expect(refusalOf(block('vip', false), block('proxies', false))).toContain(
      'ask again with --override vip,proxies --override-reason "why that is safe". It then needs one more approver.',
    );
  });

  it('offers no override while a hard block stands, because it would be refused', () => {
    const shown = refusalOf(block('vip', false), block('quorum', true));
    expect(shown).toContain('No override is possible: it would lose data or could not work (quorum).');
    expect(shown).not.toContain('--override');
  });
});

describe('what people are told', () => {
  const told = (changes: Partial<Run>) => {
    const notice = outcomeNotice(runOf(changes));
    return notice ? [notice.news, ...messageLines(notice.message)] : [];
  };
  const vote = (userId: string, verdict: 'approve' | 'deny', reason?: string) => {
    return { userId, userName: userId, verdict, atMs: 1, ...(reason ? { reason } : {}) };
  };

  it('of the decision and of the end, each once', () => {
    expect(told({ state: 'queued', votes: [vote('U1', 'approve'), vote('U2', 'approve')] })).toEqual([
      'decided',
      '[ok] @U0ASKER: run r4k2m9xq approved by @U1, @U2; it starts now.',
    ]);
    expect(told({ ...SCHEDULED, state: 'approved', votes: [vote('U1', 'approve')] })[1]).toContain(
      'it starts at 2027-01-15 10:01 Europe/Berlin.',
    );
    expect(told({ state: 'denied', votes: [vote('U1', 'deny', 'a backup runs')] })).toEqual([
      'decided',
      '[bad] @U0ASKER: run r4k2m9xq denied by @U1: a backup runs',
    ]);
    expect(told({ state: 'expired', why: 'it was not approved in time' })).toEqual([
      'ended',
      '[warn] @U0ASKER: run r4k2m9xq not run, because its time has passed: it was not approved in time',
    ]);
    expect(told({ state: 'halted', epoch: 3, why: 'outcome unknown' })[0]).toBe('halted-3');
  });

  it('of nothing that they did or see themselves', () => {
    for (const state of ['pending', 'running'] as const) expect(told({ state })).toEqual([]);
    expect(told({ state: 'withdrawn', why: 'withdrawn by ola' })).toEqual([]);
    expect(told({ state: 'withdrawn', why: 'withdrawn by ann' })[1]).toContain('@U0ASKER: run r4k2m9xq withdrawn by ann');
    expect(told({ state: 'queued', approvalsNeeded: 0 })).toEqual([]);
  });

  it('of a request that waits: how many approvals, until when, who could still approve', () => {
    const people = { people: ['U1', 'U2'], more: true };
    expect(messageLines(reminderOf(runOf(), people))).toEqual([
      '[waiting] Run r4k2m9xq still waits: 0 of 1 approvals. It lapses 2096-10-02T07:06:40Z.',
      '[] Could still approve: @U1, @U2 and more of the approvers',
    ]);
    expect(messageLines(reminderOf(runOf(), { people: [], more: false }))[1]).toContain('Nobody is known who could');
  });

  it('of a scheduled run that will not run, or that could not be checked ahead', () => {
    const run = runOf(SCHEDULED);
    expect(messageLines(lookAheadMessage(run, true, 'pg3 leads'))[0]).toBe(
      '[warn] @U0ASKER: Run r4k2m9xq will not run at 2027-01-15 10:01 Europe/Berlin: pg3 leads.',
    );
    expect(messageLines(lookAheadMessage(run, false, 'etcd does not answer'))[1]).toContain('It is checked again at its time');
  });

  it('of a review that is overdue, and of those that are open', () => {
    const run = runOf({ state: 'succeeded', reason: 'pg1 burns', breakGlass: { reviewDueAtMs: NOW - 7_200_000 } });
    expect(overdueMessage(run, NOW).summary).toBe('The review of run r4k2m9xq is overdue by 2 h');
    expect(messageLines(reviewsCard([run], NOW)).slice(0, 3)).toEqual([
      '[] 1 open review',
      '[bad] r4k2m9xq overdue by 2 h · succeeded · by @U0ASKER',
      '  [] Move the leader of billing from pg1 to pg2 · pg1 burns',
    ]);
    expect(reviewsCard([], NOW).summary).toBe('No open reviews');
  });

  it('of what is scheduled, the next first, and only of that', () => {
    const later = runOf({ id: 'r2222222', ...SCHEDULED, scheduledAtMs: NOW + 7_200_000, state: 'approved' });
    const shown = messageLines(scheduledCard([runOf(), later, runOf(SCHEDULED)]));
    expect(shown[0]).toBe('[] Scheduled: 2');
    expect(shown[1]).toContain('r4k2m9xq');
    expect(shown[3]).toContain('r2222222');
    expect(scheduledCard([runOf()], 'billing').summary).toBe('Nothing is scheduled on billing');
  });
});
