import { describe, expect, it } from 'vitest';
import { createLeftPosts } from '../../src/alerts/left-posts.ts';
import type { SignalStore } from '../../src/alerts/ports.ts';
import type { Incident } from '../../src/core/incident.ts';
import { conditionAt, deskWorld } from '../support/desk-world.ts';
import { quietLog } from '../support/quiet-log.ts';
import { virtualClock } from '../support/virtual-clock.ts';

const first = conditionAt(0, 'raised');
type Commit = Parameters<SignalStore['commit']>[0];

/** An incident of billing with a condition of orders, and bots whose configuration does not know all of them. */
async function world() {
  const of = deskWorld();
  await of.tell(first);
  await of.tell(conditionAt(5, 'raised', { key: 'no-leader', situation: 'no-leader' }, 'orders'), first.id);
  const clock = virtualClock();
  const held = new Set<string>();
  const commits: Commit[] = [];
  const bot = (...posts: string[]) =>
    createLeftPosts({
      ...{ posts, clock, log: quietLog },
      incidents: { open: async (): Promise<readonly Incident[]> => [of.incident(first.id)] },
      leases: {
        hold: async (wanted) => wanted.filter((one) => !held.has(one)),
        release: async () => undefined,
        free: async (wanted) => wanted.filter((one) => !held.has(one)),
      },
      store: {
        async commit(commit) {
          commits.push(commit);
          return [];
        },
      },
    });
  const look = async (one: () => Promise<void>, times: number) => {
    for (let i = 0; i < times; i += 1) {
      await one();
      await clock.drive(clock.sleep(10_000));
    }
  };
  return { of, held, commits, bot, look };
}

describe('what left the configuration', () => {
  it('is cleared, with what was seen of it forgotten, once nobody has looked at it for a minute', async () => {
    const { of, bot, look, commits } = await world();
    const one = bot('orders');
    await look(one, 6);
    expect(commits).toEqual([]);
    await look(one, 1);
    expect(commits).toMatchObject([{ watch: 'patrol:billing', states: { billing: { conditions: {} } } }]);
    const [signal] = commits[0]?.signals ?? [];
    expect(signal).toMatchObject({ kind: 'cleared', cluster: 'billing', condition: { key: 'replication-lag pg2' } });
    expect(signal?.says).toBe('replication lag, pg2: over, as billing is not in the configuration any more');
    if (signal) await of.tell({ ...signal, atMs: of.at(90) }, first.id);
    expect(of.incident(first.id).resolvedAtMs).toBeUndefined();
  });

  it('is found in the incident of another cluster as well, and ends it when nothing else lasts there', async () => {
    const { of, bot, look, commits } = await world();
    await look(bot(), 7);
    const signals = commits.flatMap((commit) => commit.signals);
    expect(signals.map(({ cluster, condition }) => [cluster, condition?.key])).toEqual([
      ['billing', 'replication-lag pg2'],
      ['orders', 'no-leader'],
    ]);
    for (const signal of signals) await of.tell({ ...signal, atMs: of.at(90) }, first.id);
    expect(of.incident(first.id).resolvedAtMs).toBeDefined();
  });

  it('is left alone while another bot looks at it, also when that one hands it over to the next', async () => {
    const { bot, look, commits, held } = await world();
    const one = bot('orders');
    held.add('billing');
    await look(one, 20);
    held.delete('billing');
    await look(one, 4);
    held.add('billing');
    await look(one, 1);
    held.delete('billing');
    await look(one, 6);
    expect(commits).toEqual([]);
    await look(one, 1);
    expect(commits).toHaveLength(1);
  });

  it('is nothing that this bot has in its configuration, whoever looks at it', async () => {
    const { bot, look, commits } = await world();
    await look(bot('billing', 'orders'), 20);
    expect(commits).toEqual([]);
  });
});
