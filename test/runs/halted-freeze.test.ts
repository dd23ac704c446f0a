import { describe, expect, it } from 'vitest';
import { haltedRun } from '../support/halted-run.ts';
import { messageLines } from '../support/message-lines.ts';

describe('a halted run in a freeze', () => {
  it('is not interrupted again in a freeze: retry looks only, says so at the click, and the run halts again', async () => {
    const { decide, attempt, store, world, times } = await haltedRun();
    times.freeze = 'there is a freeze until Mon 2027-01-04 08:00 Europe/Berlin (year-end)';
    const lines = messageLines(await decide('retry'));
    expect(lines[1]).toBe(
      "[warn] It stops before 'Switch over pg1 -> pg2', which interrupts, because there is a freeze until Mon 2027-01-04 08:00 Europe/Berlin (year-end).",
    );
    await attempt();
    expect(store.now().run).toMatchObject({ state: 'halted', why: expect.stringMatching(/^not tried again: .*a freeze until/) });
    expect(world.acted).toEqual(['checkpoint']);
    world.leader = 'pg2';
    await decide('retry', 'U1BOB');
    await attempt();
    expect(store.now().run.state).toBe('succeeded');
    expect(world.acted).toEqual(['checkpoint']);
  });

  it('is interrupted again once the freeze is over', async () => {
    const { decide, attempt, store, world, times } = await haltedRun();
    times.freeze = 'there is a freeze until Monday';
    await decide('retry');
    await attempt();
    delete times.freeze;
    expect(messageLines(await decide('retry'))).toHaveLength(1);
    await attempt();
    expect(store.now().run.state).toBe('succeeded');
    expect(world.acted).toEqual(['checkpoint', 'switchover']);
  });

  it('goes on without an interrupting step in a freeze, and can be given up, because neither interrupts anything', async () => {
    const skipped = await haltedRun();
    skipped.times.freeze = 'there is a freeze until Monday';
    expect(messageLines(await skipped.decide('skip'))).toHaveLength(1);
    await skipped.attempt();
    expect(skipped.store.now().run.state).toBe('succeeded');
    const givenUp = await haltedRun();
    givenUp.times.freeze = 'there is a freeze until Monday';
    await givenUp.decide('abandon');
    expect(givenUp.store.now().run.state).toBe('cancelled');
  });

  it('is retried in a freeze when it was started without approval, which does not wait for one', async () => {
    const { decide, attempt, store, times } = await haltedRun({
      approvalsNeeded: 0,
      breakGlass: { reviewDueAtMs: 4_000_000_000_000 },
    });
    times.freeze = 'there is a freeze until Monday';
    expect(messageLines(await decide('retry'))).toHaveLength(1);
    await attempt();
    expect(store.now().run.state).toBe('succeeded');
  });
});
