import { describe, expect, it } from 'vitest';
import { createBreakGlassPosting } from '../../src/compose/break-glass-posting.ts';
import { stale } from '../../src/core/errors.ts';
import { memoryStore } from '../support/memory-store.ts';
import { messageLines } from '../support/message-lines.ts';
import { quietLog } from '../support/quiet-log.ts';
import { runOf } from '../support/run-of.ts';
import { virtualClock } from '../support/virtual-clock.ts';

/** The operators' channel, and as many processes as are asked for. */
function channel() {
  const clock = virtualClock();
  const run = runOf({
    state: 'queued',
    approvalsNeeded: 0,
    reason: 'pg1 is dying',
    breakGlass: { reviewDueAtMs: 1_800_003_600_000 },
    createdAtMs: clock.now(),
  });
  const store = memoryStore(run);
  const posted: { readonly id: unknown; readonly lines: readonly string[] }[] = [];
  const slack = { isAway: false, answersAfterMs: 0, history: true };
  const until = new Map<string, number>();
  const process = (dies: { readonly beforeNoted?: boolean } = {}) =>
    createBreakGlassPosting({
      chat: {
        async post({ message, metadata, stillWanted = async () => true, channel: where }) {
          if (slack.isAway) throw new Error('Slack does not answer');
          if (!(await stillWanted())) throw stale('somebody else posts it by now', 'There is nothing to do.');
          if (slack.answersAfterMs > 0) await clock.sleep(slack.answersAfterMs);
          posted.push({ id: metadata?.id, lines: messageLines(message) });
          if (dies.beforeNoted) throw new Error('the process died');
          return { channel: where, ts: '1.1' };
        },
        async findPosted(where, id) {
          if (slack.isAway || !slack.history) throw new Error('Slack does not answer');
          return posted.some((one) => one.id === id) ? { channel: where, ts: '1.1' } : undefined;
        },
      },
      runs: store.runs,
      seen: {
        async seenBefore(what, ttlMs) {
          const seen = (until.get(what) ?? 0) > clock.now();
          if (!seen) until.set(what, clock.now() + ttlMs);
          return seen;
        },
      },
      ops: 'C0OPS00',
      clock,
      log: quietLog,
    });
  const later = (ms: number) => clock.drive(clock.sleep(ms));
  return {
    clock,
    store,
    posted,
    slack,
    process,
    later,
    now: () => store.now().run,
    told: () => store.now().run.breakGlass?.toldAtMs,
  };
}

describe("a break-glass notice in the operators' channel", () => {
  it('is posted once, however many processes are asked for it, because one alarm is one alarm', async () => {
    const { clock, posted, process, now, told, later, slack } = channel();
    slack.answersAfterMs = 200;
    const [one, other] = [process(), process()];
    await clock.drive(Promise.all([one(now()), one(now()), other(now())]));
    await later(20_000);
    await other(now());
    expect(posted).toHaveLength(1);
    expect(told()).toBeDefined();
  });

  it('is posted by another process when the one that stored the run died before it told anybody', async () => {
    const { posted, process, now, told, later } = channel();
    await later(30_000);
    await process()(now());
    expect(posted).toHaveLength(1);
    expect(posted[0]?.lines[0]).toContain('Break-glass on billing, without approval');
    expect(told()).toBeDefined();
  });

  it('is found again, not posted twice, when its process died before it noted that it stands there', async () => {
    const { posted, process, now, told, later } = channel();
    await expect(process({ beforeNoted: true })(now())).rejects.toThrow('died');
    expect(told()).toBeUndefined();
    await later(30_000);
    await process()(now());
    expect(posted).toHaveLength(1);
    expect(told()).toBeDefined();
  });

  it('is told when Slack is back, and says since when the change runs', async () => {
    const { posted, process, now, told, later, slack } = channel();
    const one = process();
    slack.isAway = true;
    await expect(one(now())).rejects.toThrow('does not answer');
    await later(600_000);
    await expect(one(now())).rejects.toThrow('does not answer');
    slack.isAway = false;
    await later(30_000);
    await one(now());
    expect(posted).toHaveLength(1);
    expect(posted[0]?.lines.join('\n')).toContain('it could not be told here before');
    expect(told()).toBeDefined();
  });

  it('is tried by one process in 15 s, so that many sweeps do not flood Slack', async () => {
    const { process, now, slack, later } = channel();
    slack.isAway = true;
    await later(30_000);
    const tries = await Promise.allSettled(Array.from({ length: 20 }, () => process()(now())));
    expect(tries.filter(({ status }) => status === 'rejected')).toHaveLength(1);
  });
});
