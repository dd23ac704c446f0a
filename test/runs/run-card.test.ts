import { describe, expect, it } from 'vitest';
import { type Message, type Part, plain } from '../../src/core/message.ts';
import type { Journal, Run } from '../../src/core/run.ts';
import { blockedCard } from '../../src/runs/refusal-card.ts';
import { runCard } from '../../src/runs/run-card.ts';
import { runsCard } from '../../src/runs/runs-card.ts';
import { runOf } from '../support/run-of.ts';

const NOW = 1_800_000_060_000;

/** The message as a person on a phone reads it: sign and text, one line each. */
function read(parts: readonly Part[]): readonly string[] {
  return parts.map(readPart);
}

function readPart(part: Part): string {
  if ('title' in part) return `# ${part.sign ?? ''} ${plain(part.title)}`;
  if ('note' in part) return `(${plain(part.note)})`;
  if ('buttons' in part) return `<${part.buttons.map(({ label }) => label).join(' | ')}>`;
  if (!('line' in part)) return '---';
  return `${part.indent ? '  ' : ''}${part.sign ? `[${part.sign}] ` : ''}${plain(part.line)}`;
}

function card(changes: Partial<Run>, journal: Journal = {}): Message {
  return runCard({ run: runOf(changes), journal, nowMs: NOW });
}

const begun: Journal = {
  checkpoint: { mark: 'done', startedAtMs: NOW - 9000, endedAtMs: NOW - 8200 },
  switchover: {
    mark: 'started',
    startedAtMs: NOW - 8200,
    note: 'pg1 is still stopping',
    lines: ['waiting for the shutdown checkpoint'],
  },
};

describe('the card of a run', () => {
  it('shows what the asker states and nobody can check with their name, before anybody approves', () => {
    const plan = { ...runOf().plan, stated: 'pg1 is powered off' };
    expect(read(card({ plan }).parts)).toContainEqual(expect.stringMatching(/^\[warn\] Stated by .+: pg1 is powered off$/));
  });

  it('shows a request that its asker confirms as that, with a button of its own', () => {
    const lines = read(card({ confirmByAsker: true, approvalsNeeded: 0, totpRequired: true }).parts);
    expect(lines[0]).toBe('# waiting Waiting for its asker to confirm: Move the leader of billing from pg1 to pg2');
    expect(lines.slice(-5)).toEqual([
      '---',
      expect.stringMatching(/^Only @U0ASKER can confirm it · lapses /),
      '(A one-time code is asked for at the click. None yet? /pg totp enroll)',
      '<Confirm | Withdraw>',
      expect.stringContaining('Plan '),
    ]);
    const votes: Run['votes'] = [{ userId: 'U0ASKER', userName: 'ola', verdict: 'approve', atMs: 1, totp: true }];
    expect(read(card({ confirmByAsker: true, approvalsNeeded: 0, votes, state: 'approved' }).parts)[1]).toBe(
      'Run r4k2m9xq · asked by @U0ASKER · confirmed by @U0ASKER with a one-time code',
    );
  });

  it('shows who asks, why, what is wrong first, what would be done, how long and how many votes', () => {
    const { plan } = runOf();
    const checks: Run['plan']['checks'] = [
      ...plan.checks,
      { id: 'lag', verdict: 'warn', says: 'pg2 replays 3.1 MiB behind', limit: '10 MiB', hint: 'Wait a moment.' },
    ];
    const summary = `${plan.summary}. Writes stop for some seconds.`;
    const message = runCard({
      run: runOf({ reason: 'kernel update', plan: { ...plan, summary, checks, notes: ['pg2 is the sync standby'] } }),
      journal: {},
      nowMs: NOW,
      approvers: { people: ['U1', 'U2'], more: false },
    });
    expect(read(message.parts)).toEqual([
      '# waiting Waiting for approval: Move the leader of billing from pg1 to pg2',
      'Run r4k2m9xq · asked by @U0ASKER',
      'Reason: kernel update',
      '---',
      '[warn] Warning: pg2 replays 3.1 MiB behind (limit: 10 MiB)',
      '  Wait a moment.',
      '[ok] 1 check passed (in the thread)',
      'Risk: interrupts writes. Writes stop for some seconds.',
      'pg2 is the sync standby',
      '---',
      '[waiting] 1. Checkpoint pg1',
      '[waiting] 2. Switch over pg1 -> pg2',
      '[waiting] 3. Wait for pg1 to stream',
      '---',
      '0 of 1 approvals by other people · lapses 2096-10-02T07:06:40Z',
      '(Can approve: @U1, @U2)',
      '<Approve | Deny | Withdraw>',
      expect.stringMatching(/^\(Plan [0-9a-f]{12}\)$/),
    ]);
    expect(message.thread?.length).toBe(4);
  });

  it('gives its buttons the id of the run and nothing else', () => {
    const buttons = card({}).parts.flatMap((part) => ('buttons' in part ? part.buttons : []));
    expect(buttons.map(({ action, value }) => [action, value])).toEqual([
      ['approve', 'r4k2m9xq'],
      ['deny', 'r4k2m9xq'],
      ['withdraw', 'r4k2m9xq'],
    ]);
  });

  it('has no buttons once the time has passed, even when nobody wrote that down', () => {
    const lines = read(card({ expiresAtMs: NOW }).parts);
    expect(lines[0]).toMatch(/Expired, not run/);
    expect(lines.join()).not.toContain('Approve');
    expect(lines).toContain('Why: it was not approved in time');
  });

  it('shows the live steps with times and the last not-yet sentence, and the log lines in the thread', () => {
    const message = card({ state: 'running', epoch: 1 }, begun);
    expect(read(message.parts)).toEqual([
      '# busy Running, step 2 of 3: Move the leader of billing from pg1 to pg2',
      'Run r4k2m9xq · asked by @U0ASKER',
      '---',
      '[done] 1. Checkpoint pg1 · 800 ms',
      '[busy] 2. Switch over pg1 -> pg2 · since 2027-01-15T08:00:51.800Z',
      '  pg1 is still stopping',
      '[waiting] 3. Wait for pg1 to stream',
      '<Cancel>',
      expect.stringContaining('(Plan '),
    ]);
    expect(read(message.thread ?? [])).toContain('  waiting for the shutdown checkpoint');
  });

  it('says of a halted run what is unknown and offers to give up', () => {
    const why = "outcome unknown of 'Switch over pg1 -> pg2': pg1 leads";
    const lines = read(card({ state: 'halted', why, report: { says: why, lines: [] } }, begun).parts);
    expect(lines).toContain(`O${why.slice(1)}`);
    expect(lines[0]).toBe('# bad Halted, a person must look: Move the leader of billing from pg1 to pg2');
    expect(lines).toContain('[unknown] 2. Switch over pg1 -> pg2 · begun 2027-01-15T08:00:51.800Z, how it ended is not known');
    expect(lines).toContain('[waiting] Step 3 was not begun');
    expect(lines).toContain('<Retry | Skip | Give up>');
  });

  it('ends with the report: what the cluster shows, durations once, the measured outage', () => {
    const report = {
      says: 'pg2 leads billing on timeline 5',
      lines: [
        { sign: 'ok' as const, text: 'pg1 streams from pg2' },
        { sign: 'info' as const, text: 'writes stopped for 2.1 s (± 50 ms), measured at 10.0.0.9:5000' },
        { sign: 'info' as const, text: 'Checkpoint pg1: 800 ms' },
      ],
    };
    const lines = read(card({ state: 'succeeded', report, startedAtMs: NOW - 9000, endedAtMs: NOW }, begun).parts);
    expect(lines[0]).toBe('# done Succeeded: Move the leader of billing from pg1 to pg2');
    expect(lines[1]).toContain('r4k2m9xq');
    expect(lines[3]).toBe('pg2 leads billing on timeline 5');
    expect(lines).toContain('[info] writes stopped for 2.1 s (± 50 ms), measured at 10.0.0.9:5000');
    expect(lines.filter((line) => line.includes('800 ms'))).toHaveLength(1);
    expect(lines.at(-1)).toMatch(/took 9 s/);
  });

  it('says why a request was denied and by whom', () => {
    const votes: Run['votes'] = [{ userId: 'U1', userName: 'ann', verdict: 'deny', reason: 'backup', atMs: 1 }];
    const lines = read(card({ state: 'denied', why: 'backup', votes }).parts);
    expect(lines).toContain('Run r4k2m9xq · asked by @U0ASKER · denied by @U1');
    expect(lines).toContain('Why: backup');
  });

  it('lists runs with state, age and asker', () => {
    const message = runsCard([runOf(), runOf({ id: 'r000002', state: 'stale', why: 'pg3 leads' })], { nowMs: NOW });
    expect(read(message.parts)).toEqual([
      '#  Runs',
      '[waiting] r4k2m9xq Waiting for approval · 1 min ago by @U0ASKER',
      '  Move the leader of billing from pg1 to pg2',
      '[warn] r000002 Stale, not run · 1 min ago by @U0ASKER',
      '  Move the leader of billing from pg1 to pg2 · pg3 leads',
      '(One of them: /pg run ID)',
    ]);
    expect(runsCard([], { nowMs: NOW, cluster: 'shop' }).summary).toBe('No runs of shop');
  });

  it('lists a run that this release can not read, with why, so that nobody takes it for gone', () => {
    const unreadable = [{ id: 'r000009', cluster: 'billing', says: 'a newer release of Trunkline wrote it (run version 9)' }];
    const message = runsCard([], { nowMs: NOW, unreadable });
    expect(message.summary).toBe('Runs: 1');
    expect(read(message.parts)[1]).toBe('[warn] r000009 can not be shown: a newer release of Trunkline wrote it (run version 9)');
  });

  it('refuses with what blocks, in the title how much, and keeps the checks that passed for the thread', () => {
    const { plan, input, material } = runOf();
    const block = { id: 'lag', verdict: 'block' as const, hard: true, says: 'pg2 replays 30 MiB behind', limit: 'at most 1 MiB' };
    const message = blockedCard({
      cluster: 'billing',
      input,
      material,
      locks: [],
      plan: { ...plan, checks: [...plan.checks, block] },
    });
    expect(read(message.parts)).toEqual([
      '# bad Refused, 1 check blocks it: Move the leader of billing from pg1 to pg2',
      '[bad] Blocked: pg2 replays 30 MiB behind (limit: at most 1 MiB)',
      '[ok] 1 check passed (in the thread)',
      'No override is possible: it would lose data or could not work (lag).',
      '(Nothing was changed.)',
    ]);
    expect(read(message.thread ?? [])).toContain('[ok] etcd has a leader and 3 of 3 members answer');
  });
});
