import { describe, expect, it } from 'vitest';
import configShow from '../../commands/config-show.ts';
import scheduled from '../../commands/scheduled.ts';
import type { Command } from '../../src/core/command.ts';
import { dcsIn, type FakeCluster, fakeCluster, memberIn } from '../support/fake-cluster.ts';
import { messageLines } from '../support/message-lines.ts';

async function answer(command: Command, fake: FakeCluster, ...words: string[]): Promise<string> {
  const typed = command.parse(words);
  if (typed.does !== 'answer') throw new Error('it must answer');
  return messageLines(await typed.answer(fake.view, [])).join('\n');
}

describe('/pg config show', () => {
  it('tells what Patroni holds and that every member runs with it', async () => {
    const says = await answer(configShow, fakeCluster(), 'billing');
    expect(says).toContain('[ok] billing: configuration, every member runs with it');
    expect(says).toContain('loop_wait 10 s · retry_timeout 10 s · ttl 30 s');
    expect(says).toContain('max_connections 100');
  });

  it('tells which member waits for a restart, and which runs with something of its own', async () => {
    const fake = fakeCluster();
    fake.config.dynamic = { postgresql: { parameters: { work_mem: '64MB', archive_command: '[set, not shown]' } } };
    const row = (setting: string) => ({
      name: 'work_mem',
      setting,
      unit: 'kB',
      source: 'configuration file',
      pendingRestart: false,
    });
    fake.config.settings.pg1 = { work_mem: row('65536') };
    fake.config.settings.pg2 = {
      work_mem: { ...row('8192'), sourceFile: '/data/postgresql.auto.conf' },
      other: {
        name: 'log_statement',
        source: 'configuration file',
        sourceFile: '/data/postgresql.auto.conf',
        pendingRestart: false,
      },
    };
    fake.config.settings.pg3 = { max: { name: 'max_connections', setting: '100', source: 'command line', pendingRestart: true } };
    memberIn(fake, 'pg1').patroni.pendingRestart = true;
    memberIn(fake, 'pg1').patroni.pendingRestartReason = { max_connections: { old: '100', new: '200' } };
    const says = await answer(configShow, fake, 'billing');
    expect(says).toContain('[warn] pg1 waits for a restart: max_connections 100 -> 200');
    expect(says).toContain('[warn] pg3 waits for a restart: max_connections');
    expect(says).toContain('[warn] pg2: work_mem 8 MiB by ALTER SYSTEM (postgresql.auto.conf); Patroni holds 64MB');
    expect(says).toContain('[warn] pg2: log_statement by ALTER SYSTEM (postgresql.auto.conf)');
    expect(says).toContain('archive_command [set, not shown]');
  });
});

describe('/pg scheduled', () => {
  it("tells Patroni's own switchover and restarts beside our runs, and how each is cleared", async () => {
    const fake = fakeCluster();
    dcsIn(fake).failover = { leader: 'pg1', candidate: 'pg2', scheduledAt: '2026-11-30T02:00:00+00:00' };
    memberIn(fake, 'pg3').patroni.scheduledRestart = '2026-11-29T02:00:00+00:00';
    const says = await answer(scheduled, fake, 'billing');
    expect(says).toContain('Nothing is scheduled on billing');
    expect(says).toContain('[] Scheduled in Patroni itself: 2');
    expect(says).toContain('[waiting] billing: restart of pg3, 2026-11-29T02:00:00Z (2026-11-29T02:00:00+00:00)');
    expect(says).toContain('Clear it: /pg unschedule billing --member pg3');
    expect(says).toContain('[waiting] billing: switchover pg1 -> pg2, 2026-11-30T02:00:00Z');
    expect(says).toMatch(/Clear it: \/pg unschedule billing$/m);
  });

  it('says nothing of Patroni when it has nothing to do', async () => {
    expect(await answer(scheduled, fakeCluster())).toBe('[] Nothing is scheduled.');
  });
});
