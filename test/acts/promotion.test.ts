import { describe, expect, it } from 'vitest';
import { createActs } from '../../src/acts/all.ts';
import { fencePrimary } from '../../src/acts/fence-primary.ts';
import { followPrimary } from '../../src/acts/follow-primary.ts';
import { promoteStandby } from '../../src/acts/promote-standby.ts';
import { startAgain } from '../../src/acts/start-again.ts';
import { stopPrimary } from '../../src/acts/stop-primary.ts';
import { type TrunklineError, unreachable } from '../../src/core/errors.ts';
import { connectionLines } from '../../src/compose/connection-lines.ts';
import { parseConninfo } from '../../src/postgres/parse-conninfo.ts';
import { fakeCluster } from '../support/fake-cluster.ts';
import { LEDGER } from '../support/fake-streaming.ts';

const life = { cluster: LEDGER, systemId: '7711123950511697988', timeline: 7, primaryStartedAtMs: 1_700_000_000_000 };
const context = { claim: 'r1234567.x', signal: new AbortController().signal };
const promote = promoteStandby({ ...life, member: 'pg2' });
const again = startAgain({ ...life, member: 'pg1', standby: 'pg2', others: ['pg3'] });

describe('the claim of a promotion', () => {
  it('is one for promoting and for starting the old primary again: whoever comes first decides', async () => {
    const fake = fakeCluster();
    const acts = createActs(fake.hands);
    await acts.perform(again, context);
    await expect(acts.perform(promote, context)).rejects.toThrow('was claimed by somebody else: given up');
    expect(fake.done).not.toContain('promote pg2');
  });

  it('keeps the old primary down once a promotion was claimed, however often it is tried', async () => {
    const fake = fakeCluster();
    const acts = createActs(fake.hands);
    await acts.perform(stopPrimary({ ...life, member: 'pg1', standby: 'pg2', others: ['pg3'] }), context);
    await acts.perform(promote, context);
    await expect(acts.perform(again, context)).rejects.toThrow('there could be two');
    await expect(acts.perform(again, context)).rejects.toThrow('there could be two');
    expect(fake.done.filter((line) => line.startsWith('service start'))).toEqual([]);
  });

  it('lets a later attempt promote whose worker was lost after it had claimed, and start again be repeated', async () => {
    const fake = fakeCluster();
    const acts = createActs(fake.hands);
    const { run } = fake.hands.hosts;
    const lost = { ...fake.hands, hosts: { ...fake.hands.hosts, run: () => Promise.reject(new Error('the worker died')) } };
    await expect(createActs(lost).perform(promote, context)).rejects.toThrow('died');
    await acts.perform(promote, context);
    expect(fake.done.filter((line) => line === 'promote pg2')).toHaveLength(1);
    expect(run).toBe(fake.hands.hosts.run);

    const other = fakeCluster();
    const twice = createActs(other.hands);
    await twice.perform(again, context);
    await twice.perform(again, context);
    expect(other.done.filter((line) => line.startsWith('service start'))).toHaveLength(2);
  });

  it('is decided by the first word in it: one whose owner died before that stops nobody, and an owner who thaws finds it', async () => {
    const fake = fakeCluster();
    const id = `promotion.${life.systemId}.t7.${life.primaryStartedAtMs}`;
    fake.claims.set(`pg2 ${id}`, '');
    await createActs(fake.hands).perform(again, context);
    expect(fake.claims.get(`pg2 ${id}`)).toBe('given up');
    await expect(createActs(fake.hands).perform(promote, context)).rejects.toThrow('somebody else: given up');

    const other = fakeCluster();
    other.claims.set(`pg2 ${id}`, '');
    await createActs(other.hands).perform(promote, context);
    expect(other.done).toContain('promote pg2');
    await expect(createActs(other.hands).perform(again, context)).rejects.toThrow('there could be two');
  });

  it('given up, has the old primary lead again also where a boot between mask and mark has started it as a standby of nobody', async () => {
    const fake = fakeCluster();
    const acts = createActs(fake.hands);
    await acts.perform(stopPrimary({ ...life, member: 'pg1', standby: 'pg2', others: ['pg3'] }), context);
    fake.ledger.run('pg1', { name: 'mark standby' });
    fake.ledger.run('pg1', { name: 'service', service: 'postgres', verb: 'start' });
    const { sql } = await fake.view.member(LEDGER, 'pg1');
    expect(sql).toMatchObject({ ok: true, value: { inRecovery: true } });
    await acts.perform(again, context);
    expect(await fake.view.sql(LEDGER, 'pg1')).toMatchObject({ ok: true, value: { inRecovery: false } });
  });

  it('keeps the old primary down once a failover promotes any other member, whoever was meant before', async () => {
    const fake = fakeCluster();
    const acts = createActs(fake.hands);
    await acts.perform(stopPrimary({ ...life, member: 'pg1', standby: 'pg2', others: ['pg3'] }), context);
    await acts.perform(promoteStandby({ ...life, primaryStartedAtMs: 'lost', member: 'pg3' }), context);
    await expect(acts.perform(again, context)).rejects.toThrow('a failover promotes pg3');
    expect(fake.done.filter((line) => line.startsWith('service start'))).toEqual([]);
  });

  describe('of a failover that comes while the old primary is started again', () => {
    const failover = promoteStandby({ ...life, primaryStartedAtMs: 'lost', member: 'pg2', fences: 'pg1' });
    const stop = stopPrimary({ ...life, member: 'pg1', standby: 'pg2', others: ['pg3'] });
    const START_AGAIN = ['read', 'unmask', 'unmark standby', 'start'] as const;

    /** Performs the failover right before that step of the start; what came of both, and whether each leads in the end. */
    async function crossed(at: (typeof START_AGAIN)[number]) {
      const fake = fakeCluster();
      const { hosts } = fake.hands;
      const plain = createActs(fake.hands);
      await plain.perform(stop, context);
      await plain.perform(fencePrimary({ cluster: LEDGER, member: 'pg1' }), context);
      let failed: Promise<string> | undefined;
      const meet = async (step: string) => {
        if (step === at)
          failed ??= plain.perform(failover, context).then(
            () => 'promoted',
            (error: Error) => error.message,
          );
        await failed;
      };
      const acts = createActs({
        ...fake.hands,
        hosts: {
          ...hosts,
          async run(cluster, member, command, signal) {
            await meet(command.name === 'service' ? command.verb : command.name);
            return hosts.run(cluster, member, command, signal);
          },
          async claimResult(cluster, member, id, signal) {
            await meet('read');
            return hosts.claimResult(cluster, member, id, signal);
          },
        },
      });
      const started = await acts.perform(again, context).then(
        () => 'started',
        (error: Error) => error.message,
      );
      const leads = (name: string) => {
        const reading = fake.ledger.shown.snapshot.members.find((one) => one.name === name)?.sql;
        return reading?.ok === true && !reading.value.inRecovery;
      };
      const server = fake.ledger.shown.servers.pg1;
      return { failed: await failed, started, leaders: ['pg1', 'pg2'].filter(leads), server };
    }

    it.each(START_AGAIN)('before its %s never leaves two primaries, and the old one fenced where it promotes', async (at) => {
      const { failed, started, leaders, server } = await crossed(at);
      expect(failed).toBe('promoted');
      expect(started).not.toBe('started');
      expect(leaders).toEqual(['pg2']);
      expect(server).toMatchObject({ ok: true, value: { process: 'stopped', postgres: { enabled: 'masked' } } });
    });

    it('is not kept from promoting by a data directory that is gone, as the mask alone is the fence then', async () => {
      const fake = fakeCluster();
      const acts = createActs(fake.hands);
      await acts.perform(stop, context);
      await acts.perform(
        promoteStandby({ ...life, primaryStartedAtMs: 'lost', member: 'pg2', fences: 'pg1', marks: false }),
        context,
      );
      expect(fake.done).not.toContain('mark standby pg1');
      expect(fake.done.slice(-3)).toEqual(['service mask pg1', 'service mask pg1', 'promote pg2']);
    });

    it('promotes nobody when the old primary runs again by then', async () => {
      const fake = fakeCluster();
      const acts = createActs(fake.hands);
      await acts.perform(stop, context);
      await acts.perform(again, context);
      await expect(acts.perform(failover, context)).rejects.toThrow(
        'pg1 could not be fenced again right before the promotion, so pg2 was not promoted: a server runs on pg1',
      );
      expect(fake.done).not.toContain('promote pg2');
    });
  });

  it('by a failover that came to nothing keeps the primary from being stopped, as it could not be started again', async () => {
    const fake = fakeCluster();
    const { hosts } = fake.hands;
    const refusing: typeof hosts.run = (_cluster, member, command) =>
      Promise.reject(new Error(`${command.name} failed on ${member}`));
    const failover = promoteStandby({ ...life, primaryStartedAtMs: 'lost', member: 'pg3' });
    const failing = createActs({ ...fake.hands, hosts: { ...hosts, run: refusing } });
    await expect(failing.perform(failover, context)).rejects.toThrow('promote failed on pg3');

    const stop = stopPrimary({ ...life, member: 'pg1', standby: 'pg2', others: ['pg3'] });
    const error = await createActs(fake.hands)
      .perform(stop, context)
      .catch((thrown: TrunklineError) => thrown);
    expect(error).toMatchObject({
      message: expect.stringContaining('a failover has claimed the promotion of pg3 without pg1'),
      hint: expect.stringContaining('/var/lib/trunkline/claims/promotion.7711123950511697988.t7.lost on pg3'),
    });
    expect(fake.done.filter((line) => line.startsWith('service stop'))).toEqual([]);
  });

  it.each([
    ['pg2', 'refused'],
    ['pg3', 'stopped'],
  ])('that can not be read on %s: the stop is %s, as only the standby that is promoted must answer', async (silent, came) => {
    const fake = fakeCluster();
    const { hosts } = fake.hands;
    const claimResult: typeof hosts.claimResult = async (cluster, member, id, signal) => {
      if (member === silent) throw unreachable(`${member} does not answer`, 'See whether it is up.');
      return hosts.claimResult(cluster, member, id, signal);
    };
    const acts = createActs({ ...fake.hands, hosts: { ...hosts, claimResult } });
    const stop = stopPrimary({ ...life, member: 'pg1', standby: 'pg2', others: ['pg3'] });
    await acts.perform(stop, context).catch(() => undefined);
    expect(fake.done.includes('service stop pg1') ? 'stopped' : 'refused').toBe(came);
  });

  it('records a stopped primary as a debt that only the start of a member pays', () => {
    const acts = createActs(fakeCluster().hands);
    const stop = stopPrimary({ ...life, member: 'pg1', standby: 'pg2', others: ['pg3'] });
    const connection = { host: '10.0.0.2', port: 5432, user: 'replicator', slot: 'pg1' };
    const follow = { cluster: LEDGER, member: 'pg1', primary: 'pg2', connection };
    expect(acts.debt(stop)).toMatchObject({ release: { act: 'start-again' }, gone: { state: 'starts-at-boot' } });
    expect(acts.pays(followPrimary({ ...follow, starts: true }))).toContain(acts.debt(stop)?.id);
    expect(acts.pays(followPrimary({ ...follow, starts: false }))).not.toContain(acts.debt(stop)?.id);
  });
});

describe('the connection of a standby', () => {
  it('is written with its password in a file, and says at its end that all of it came through', () => {
    const lines = connectionLines({
      ...{ host: '10.0.0.2', port: 5432, user: 'replicator', passfile: '/var/lib/postgresql/.pgpass', sslMode: 'prefer' },
      ...{ applicationName: 'pg1', slot: 'pg1' },
    });
    expect(lines).toBe(
      "primary_conninfo = 'host=10.0.0.2 port=5432 user=replicator passfile=/var/lib/postgresql/.pgpass sslmode=prefer application_name=pg1'\nprimary_slot_name = 'pg1'\n.complete\n",
    );
  });

  it.each([
    [
      "user=replicator passfile='/a/b' host=10.0.0.1 sslmode=prefer",
      { host: '10.0.0.1', user: 'replicator', passfile: '/a/b', sslMode: 'prefer', hasPassword: false },
    ],
    ["host = h user = 'o\\'neil' password='se cret'", { host: 'h', user: "o'neil", hasPassword: true }],
    ['postgres://u:secret@h/db', { hasPassword: false }],
    ['', { hasPassword: false }],
  ])('is read from %j without its password', (text, expected) => {
    expect(parseConninfo(text)).toEqual(expected);
    expect(JSON.stringify(parseConninfo(text))).not.toContain('secret');
  });
});
