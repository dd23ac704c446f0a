import { describe, expect, it } from 'vitest';
import { lookForRebuild } from '../../src/checks/rebuild-facts.ts';
import { planRebuild } from '../../src/checks/rebuild-plan.ts';
import { dcsIn, type FakeCluster, fakeCluster, shownValue } from '../support/fake-cluster.ts';
import { dataIn, diverge } from '../support/fake-rebuild.ts';
import { CLUSTER } from '../support/healthy-cluster.ts';

type Change = (fake: FakeCluster) => void;

async function planned(change: Change, asked: Partial<Parameters<typeof planRebuild>[1]>) {
  const fake = fakeCluster();
  change(fake);
  return planRebuild(await lookForRebuild(CLUSTER, 'pg3', fake.view), { how: 'auto', discard: 'pg3', ...asked });
}

function setState(fake: FakeCluster, state: string): void {
  const { control } = shownValue(fake.shown.servers.pg3);
  if (!control) throw new Error('pg3 has a control file here');
  control.state = state;
}
const patroniDoes: Change = (fake) => {
  diverge(fake);
  dcsIn(fake).config.usePgRewind = true;
};

describe('the rehearsal of a rewind', () => {
  const stopped =
    (more: Change = () => undefined): Change =>
    (fake) => {
      diverge(fake);
      const server = shownValue(fake.shown.servers.pg3);
      Object.assign(server, { process: 'stopped', patroni: { ...server.patroni, active: 'inactive' } });
      setState(fake, 'shut down');
      more(fake);
    };

  it.each<[string, Change, string]>([
    [
      'a running server',
      (fake) => {
        stopped()(fake);
        shownValue(fake.shown.servers.pg3).process = 'running';
      },
      'it takes a stopped server, and PostgreSQL runs on pg3',
    ],
    [
      'a Patroni that could start it',
      (fake) => {
        stopped()(fake);
        shownValue(fake.shown.servers.pg3).patroni.active = 'active';
      },
      'Patroni runs on pg3 and may start PostgreSQL in the middle of it',
    ],
    [
      'a crashed server',
      stopped((fake) => {
        setState(fake, 'in production');
      }),
      'it takes a server that was shut down, and pg3 crashed',
    ],
    [
      'a restore_command, which would write',
      stopped((fake) => {
        dataIn(fake, 'pg3').restoreCommand = 'archive-get %f %p';
      }),
      'it would fetch WAL into pg_wal of pg3 by restore_command',
    ],
    [
      'a stopped server, for want of the password',
      stopped((fake) => {
        delete dataIn(fake, 'pg3').restoreCommand;
      }),
      'it logs in as the rewind role, which only a run may do',
    ],
  ])('waits for the run, and the plan says why: %s', async (_what, change, why) => {
    const { notes } = await planned(change, { how: 'rewind' });
    expect(notes.filter((note) => note.startsWith('Not rehearsed yet'))).toEqual([
      expect.stringContaining(`: ${why}. The run does it`),
    ]);
  });

  it('is not spoken of where nothing is rewound', async () => {
    for (const asked of [{ how: 'reinit' }, {}] as const)
      expect((await planned(asked.how ? diverge : patroniDoes, asked)).notes.join()).not.toContain('rehearsed');
  });
});
