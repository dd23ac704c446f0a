import { describe, expect, it } from 'vitest';
import type { HostName } from '../../lab/inventory.ts';
import type { Message } from '../../lab/slack/message.ts';
import { waitFor } from '../../lab/wait-for.ts';
import { ackedWriter, missingRows } from './acked-writer.ts';
import { branchOf, dataOf, divergeLeader, superSql } from './diverge.ts';
import { ask, debian, ended, patroniConfig, request, type Scene } from './scene.ts';

const REWINDS = "pgrep -f '^/usr/lib/postgresql/[0-9]+/bin/pg_rewind .*--progress'";

/** What can happen to a rebuild on real hosts; each test leaves the cluster as `afterEach` of its file puts it right. */
export function rebuildScenarios(scene: Scene): void {
  describe(`the rebuild of a member of Debian ${debian}`, () => {
    it('makes a new copy where the needed WAL is gone, loses no acknowledged row, and its leftovers go away by a run', async () => {
      await patroniConfig(scene, { postgresql: { recovery_conf: { restore_command: null } } });
      const { old, heir } = await divergeLeader(scene);
      await scene.lab.exec(old, ['/bin/sh', '-c', `rm -f ${dataOf(scene)}/pg_wal/0*[0-9A-F]`]);
      const writer = await ackedWriter(scene, heir);
      const dry = await ask(scene, 'olga', `rebuild billing ${old} --dry-run`);
      expect(dry.shown).toMatch(/make a new copy/);
      expect(dry.shown).toMatch(/files are gone/);
      const done = await rebuild(scene, old);
      expect(done.shown).toMatch(/Succeeded/);
      const acked = await writer.stop();
      expect(acked.length).toBeGreaterThan(20);
      await waitFor('the rows', async () => ((await missingRows(scene, old, acked)).length === 0 ? [] : ['some']), {
        timeoutMs: 10_000,
      });
      expect(await branchOf(scene, old)).toBe('both:1 kept:500');
      const suffix = /old-t\d+-[0-9a-f]+/.exec((await ask(scene, 'vera', 'kept billing')).shown)?.[0] ?? 'nothing';
      const plan = await request(scene, `kept clean billing ${old} ${suffix} --reason "the copy holds"`);
      await scene.workspace.as('adam').click(plan, 'Approve');
      expect((await ended(scene, plan)).shown).toMatch(/Succeeded/);
      expect((await scene.lab.exec(old, ['/usr/bin/test', '-e', `${dataOf(scene)}.${suffix}`])).code).toBe(1);
      const archive = 'pgbackrest --stanza=billing archive-get %f "%p"';
      await patroniConfig(scene, { postgresql: { recovery_conf: { restore_command: archive } } });
    });

    it('recognises a rewind that was killed half way, never starts or rewinds it again, and makes a new copy', async () => {
      const { old, heir } = await divergeLeader(scene);
      await fill(scene, heir);
      await scene.lab.exec(old, [
        '/usr/bin/systemd-run',
        '--quiet',
        '/bin/sh',
        '-c',
        `until ${REWINDS}; do sleep 0.02; done; sleep 0.3; kill -9 $(${REWINDS})`,
      ]);
      const failed = await rebuild(scene, old);
      expect(failed.shown).toMatch(/Failed|Halted/);
      expect(failed.shown).toMatch(/half rewound/);
      expect((await scene.lab.exec(old, ['/usr/bin/systemctl', 'is-active', 'patroni'])).stdout.trim()).not.toBe('active');
      if (/Halted/.test(failed.shown)) await scene.workspace.as('adam').click(failed, 'Give up');
      const dry = await ask(scene, 'olga', `rebuild billing ${old} --dry-run`);
      expect(dry.shown).toMatch(/died half way/);
      expect((await rebuild(scene, old)).shown).toMatch(/Succeeded/);
      expect(await branchOf(scene, old)).toBe('both:1 kept:500');
    });

    it('says which right the role lacks, and rewinds once it has it', async () => {
      const { old, heir } = await divergeLeader(scene);
      const right = 'execute on function pg_read_binary_file(text, bigint, bigint, boolean)';
      await superSql(scene, heir, `revoke ${right} from rewinder`);
      const dry = await ask(scene, 'olga', `rebuild billing ${old} --dry-run`);
      expect(dry.shown).toMatch(/rewinder may not execute pg_read_binary_file\(text,bigint,bigint,boolean\)/);
      expect(dry.shown).toMatch(/make a new copy/);
      await superSql(scene, heir, `grant ${right} to rewinder; alter role rewinder set statement_timeout = '1ms'`);
      const done = await rebuild(scene, old);
      await superSql(scene, heir, 'alter role rewinder reset statement_timeout');
      expect(done.shown).toMatch(/Succeeded/);
      expect(done.shown).toMatch(/Rewind/);
      expect(await branchOf(scene, old)).toBe('both:1 kept:500');
    });

    it.each([
      ['kill -9 of its worker', killWorkers],
      ['a cut of the ssh connection', cutSsh],
    ] as const)('goes on with one rewind, to its end, after %s in the middle of it', async (_what, disturb) => {
      const { old, heir } = await divergeLeader(scene);
      await fill(scene, heir);
      await scene.lab.exec(old, [
        '/usr/bin/systemd-run',
        '--quiet',
        '/bin/sh',
        '-c',
        `until ${REWINDS}; do sleep 0.02; done; kill -STOP $(${REWINDS})`,
      ]);
      const before = await rewindsOf(scene, old);
      const plan = await request(scene, `rebuild billing ${old} --discard ${old} --how rewind --reason "it is disturbed"`);
      await scene.workspace.as('adam').click(plan, 'Approve');
      const isThere = async () => (await scene.lab.exec(old, ['/bin/sh', '-c', REWINDS])).code === 0;
      await waitFor('the rewind', async () => ((await isThere()) ? [] : ['it']), { timeoutMs: 90_000 });
      await disturb(scene, old, plan);
      expect(await isThere()).toBe(true);
      await scene.lab.exec(old, ['/bin/sh', '-c', `kill -CONT $(${REWINDS})`]);
      expect((await ended(scene, plan)).shown).toMatch(/Succeeded/);
      const after = await rewindsOf(scene, old);
      expect(after.map((count, index) => count - (before[index] ?? 0))).toEqual([1, 1]);
      expect(await branchOf(scene, old)).toBe('both:1 kept:500');
    });
  });
}

async function killWorkers(scene: Scene): Promise<void> {
  for (const worker of scene.stage.workers) worker.signal('SIGKILL');
  await scene.stage.startWorker();
}

/** All that comes to the host's sshd is dropped until the run says that it can't see how the rewind stands. */
async function cutSsh(scene: Scene, host: HostName, { ts }: Message): Promise<void> {
  const wall = 'add table inet t; add chain inet t i { type filter hook input priority 0; }; add rule inet t i tcp dport 22 drop';
  await scene.lab.exec(host, ['nft', wall]);
  const blind = (m: Message) => m.ts === ts && /how the rewind of pg\d stands can not be read/.test(m.shown);
  await scene.workspace.waitForMessage(blind, { withinMs: 60_000 });
  await scene.lab.exec(host, ['nft', 'delete', 'table', 'inet', 't']);
}

/** How many rewinds a host has begun, and how many of them went to their end. */
async function rewindsOf(scene: Scene, host: HostName): Promise<readonly number[]> {
  const words =
    "ls /var/lib/trunkline-units | grep -c '^rewind-'; journalctl -q -o cat -u 'trunkline-rewind-*' | grep -c 'pg_rewind: Done!'";
  return (await scene.lab.exec(host, ['/bin/sh', '-c', words])).stdout.trim().split('\n').map(Number);
}

async function rebuild(scene: Scene, node: HostName): Promise<Message> {
  const plan = await request(scene, `rebuild billing ${node} --discard ${node} --reason "it diverged"`);
  await scene.workspace.as('adam').click(plan, 'Approve');
  return ended(scene, plan);
}

/** So much that a rewind takes a while. */
async function fill(scene: Scene, host: HostName): Promise<void> {
  await superSql(
    scene,
    host,
    'drop table if exists filler; create table filler as select g, repeat(md5(g::text), 30) as t from generate_series(1, 300000) g',
  );
}
