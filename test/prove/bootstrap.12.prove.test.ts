import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { psql } from '../../lab/health.ts';
import { binDirectory, dataDirectory, ledger, postgresUnit } from '../../lab/inventory.ts';
import type { Message } from '../../lab/slack/message.ts';
import { waitFor } from '../../lab/wait-for.ts';
import { BARE, bootstrap, makeBare, NAME, onHost, streamsFrom, withBareHost } from '../support/bare-host.ts';
import { stepBegun } from '../support/lab-run.ts';
import { approvedByTwo, askedFailover, FAILOVER, killPostgres } from '../support/plain-failover.ts';
import { debian, ended, request, useScene } from '../support/scene.ts';

const scene = useScene({ ledger: true, change: withBareHost(() => scene.lab) });
const { primary } = ledger;
const data = () => dataDirectory(scene.lab.generation);

beforeAll(async () => {
  await scene.lab.streamingPair();
  await scene.lab.up([BARE]);
  // A server does not start with fewer slots than it has, and what ran before may have left some.
  await psql(primary, 'select pg_drop_replication_slot(slot_name) from pg_replication_slots where not active');
});
beforeEach(() => makeBare(scene.lab));

/** What a bootstrap could have changed on the primary and on the bare host. */
async function traces(): Promise<string> {
  const hba = await onHost(scene.lab, primary, 'cat /etc/postgresql/*/main/pg_hba.conf | md5sum; ls /etc/postgresql/*/main');
  const files = await onHost(scene.lab, BARE, `ls -lA ${data()}* /etc/postgresql 2>&1 | grep -v '^total'`);
  return [hba, files].join('\n');
}

/** How something is put wrong, how it is put right again, and the words of the block. */
const BLOCKS: readonly (readonly [string, () => Promise<unknown>, () => Promise<unknown>, RegExp])[] = [
  [
    'a disk that is too small',
    () =>
      onHost(
        scene.lab,
        BARE,
        'mount -t tmpfs -o size=20M,uid=$(id -u postgres),gid=$(id -g postgres),mode=755 t /var/lib/postgresql',
      ),
    () => onHost(scene.lab, BARE, 'umount -l /var/lib/postgresql'),
    /has 20 MiB free; the copy is .*at least/s,
  ],
  [
    'another major version',
    () =>
      onHost(
        scene.lab,
        BARE,
        `printf '#!/bin/sh\\necho "postgres (PostgreSQL) 14.9"\\n' >/tmp/p; chmod 755 /tmp/p; mount --bind /tmp/p ${binDirectory(scene.lab.generation)}/postgres`,
      ),
    () => onHost(scene.lab, BARE, `umount ${binDirectory(scene.lab.generation)}/postgres`),
    /c1 has PostgreSQL 14\.9, but sa1 runs 1[57]/,
  ],
  [
    'an existing data directory',
    () => onHost(scene.lab, BARE, `runuser -u postgres -- sh -c 'mkdir -p ${data()}; touch ${data()}/x'`),
    () => onHost(scene.lab, BARE, `rm -rf ${data()} && rmdir $(dirname ${data()})`),
    /holds something that is no data directory/,
  ],
  [
    'a primary that can not be reached',
    () => scene.lab.cut(primary),
    () => scene.lab.heal(primary),
    /no primary of ledger answers/,
  ],
  [
    'WAL senders and slots that are used up',
    () => settings('max_wal_senders = 2', 'max_replication_slots = 1'),
    () => settings(),
    /1 of 2 WAL senders free.*0 of 1 replication slots free/s,
  ],
];

/** Written by hand, so that it is put right although the server may be down. */
async function settings(...lines: readonly string[]): Promise<void> {
  await onHost(scene.lab, primary, `printf '%s\n' ${lines.map((line) => `'${line}'`).join(' ')} >${data()}/postgresql.auto.conf`);
  await onHost(scene.lab, primary, `systemctl restart ${postgresUnit(scene.lab.generation)}`);
  const streams = () => psql(primary, "select count(*) from pg_stat_replication where state = 'streaming'").catch(() => '');
  const log = () => onHost(scene.lab, primary, 'tail -n 5 /var/log/postgresql/*.log; ls /var/lib/postgresql/*/main/pg_replslot');
  await waitFor('sa2 to stream', async () => ((await streams()) === '1' ? [] : [`it streams; ${primary} says: ${await log()}`]), {
    timeoutMs: 30_000,
  });
}

describe(`a bootstrap on Debian ${debian} is blocked and changes nothing`, () => {
  it.each(BLOCKS)('by %s', async (_what, wrong, right, words) => {
    const before = await traces();
    try {
      await wrong();
      expect((await bootstrap(scene)).shown).toMatch(words);
    } finally {
      await right();
    }
    expect(await traces()).toBe(before);
    expect(await psql(primary, `select count(*) from pg_roles where rolname = '${NAME}'`)).toBe('0');
  });
});

describe(`a bootstrap on Debian ${debian} that is disturbed in the middle of its copy`, () => {
  /** Slow enough to be met in its middle. */
  const begun = async (): Promise<{ plan: Message; id: string }> => {
    const plan = await bootstrap(scene, '--max-rate 4MiB');
    const id = /\b(r[a-z0-9]{6,16})\b/.exec(plan.shown)?.[1] ?? 'no id';
    await stepBegun(scene, { id, plan }, 'copy');
    await scene.workspace.waitForMessage((m) => m.ts === plan.ts && /copied .* of .* %/.test(m.shown), { withinMs: 30_000 });
    return { plan, id };
  };
  const copies = (id: string) =>
    onHost(
      scene.lab,
      BARE,
      `ls /var/lib/trunkline-units | grep -c -- '${id}-copy$'; journalctl -u '*${id}-copy*' | grep -c 'base backup completed'`,
    );

  it('by kill -9 of its worker: found again, copied once, finished', async () => {
    const { plan, id } = await begun();
    for (const worker of scene.stage.workers) worker.signal('SIGKILL');
    await scene.stage.startWorker();
    expect((await ended(scene, plan)).shown).toMatch(/Succeeded/);
    expect(await copies(id)).toBe('1\n1');
    expect(await streamsFrom(primary)).toBe(`streaming|${NAME}`);
  });

  it('by a cut of the ssh connection: it goes on meanwhile, is copied once, finished', async () => {
    const { plan, id } = await begun();
    const rules =
      'add table inet t; add chain inet t i { type filter hook input priority 0; }; add rule inet t i tcp dport 22 drop';
    await onHost(scene.lab, BARE, `nft '${rules}'`);
    await scene.workspace.waitForMessage((m) => m.ts === plan.ts && /can not be asked/.test(m.shown), { withinMs: 20_000 });
    await onHost(scene.lab, BARE, 'nft delete table inet t');
    expect((await ended(scene, plan)).shown).toMatch(/Succeeded/);
    expect(await copies(id)).toBe('1\n1');
  });

  it('by a cancel: the copy is ended and gone, the slot dropped, and nothing is owed', async () => {
    const { plan, id } = await begun();
    await scene.workspace.as('olga').command('/pg', `cancel ${id}`, { channel: 'db-ops' });
    const done = await scene.workspace.waitForMessage((m) => m.ts === plan.ts && /Cancelled/.test(m.shown), { withinMs: 60_000 });
    expect(done.shown).toMatch(/its half copy is deleted/);
    expect(await onHost(scene.lab, BARE, `ls -d ${data()} ${data()}.trunkline-copy 2>/dev/null; pgrep -c pg_basebackup`)).toBe(
      '0',
    );
    await waitFor(
      'the slot to be gone',
      async () =>
        (await psql(primary, `select count(*) from pg_replication_slots where slot_name = '${NAME}'`)) === '0' ? [] : ['it'],
      { timeoutMs: 30_000 },
    );
  });
});

describe(`an old data directory on a bare host of Debian ${debian}`, () => {
  const approved = async (words: string): Promise<Message> => {
    await onHost(scene.lab, BARE, `runuser -u postgres -- sh -c 'mkdir -p ${data()}; echo old >${data()}/x'`);
    const { ts } = await bootstrap(scene, words);
    const plan = await scene.workspace.waitForMessage((m) => m.ts === ts && m.buttons.some(({ text }) => text === 'Approve'), {
      withinMs: 15_000,
    });
    await scene.workspace.as('adam').click(plan, 'Approve');
    return ended(scene, plan);
  };

  it('is kept beside the new one where people override the block', async () => {
    const done = await approved('--override data-directory --override-reason "looked at by hand"');
    expect(done.shown).toMatch(/Succeeded/);
    expect(await onHost(scene.lab, BARE, `cat ${data()}.old-t0-*/x`)).toBe('old');
  });

  it('is deleted where its host was typed again', async () => {
    const done = await approved('--discard c1');
    expect(done.shown).toMatch(/Succeeded/);
    expect(await onHost(scene.lab, BARE, `ls -d ${data()}.old-t0-* ${data()}/x 2>/dev/null`)).toBe('');
    expect(await streamsFrom(primary)).toBe(`streaming|${NAME}`);
  });
});

describe(`a third member of a plain streaming cluster on Debian ${debian}`, () => {
  afterAll(async () => {
    await scene.lab.streamingPair();
    await makeBare(scene.lab);
  });

  it('follows whoever leads, after a switchover and after a failover', async () => {
    expect((await ended(scene, await bootstrap(scene))).shown).toMatch(/Succeeded/);
    expect(await streamsFrom('sa1')).toBe(`streaming|${NAME}`);

    const plan = await request(scene, 'switchover ledger --to sa2 --reason "kernel of sa1"');
    await scene.workspace.as('adam').click(plan, 'Approve');
    expect((await ended(scene, plan)).shown).toMatch(/Succeeded/);
    expect(await streamsFrom('sa2')).toMatch(/^streaming/);
    expect(await psql('sa2', "select count(*) from pg_stat_replication where state = 'streaming'")).toBe('2');

    await killPostgres(scene, 'sa2');
    const failover = await askedFailover(scene, FAILOVER.replace('failover ledger', 'failover ledger sa1'));
    await approvedByTwo(scene, failover);
    expect((await ended(scene, failover)).shown).toMatch(/Succeeded/);
    expect(await streamsFrom('sa1')).toMatch(/^streaming/);
    expect(await psql('sa1', 'select pg_is_in_recovery()')).toBe('f');
    await psql('sa1', 'create table after_it (n int)');
    const there = async () => ((await psql(BARE, "select to_regclass('after_it')")) === 'after_it' ? [] : ['the table']);
    await waitFor('c1 to have what was written since', there, { timeoutMs: 10_000 });
  });
});
