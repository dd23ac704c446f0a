import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { psql } from '../../lab/health.ts';
import { dataDirectory, type HostName, ledger, postgresUnit } from '../../lab/inventory.ts';
import { waitFor } from '../../lab/wait-for.ts';
import { layoutOf } from '../../src/hosts/host-layout.ts';
import { sudoGrants } from '../../src/hosts/sudo-grants.ts';
import { sudoers } from '../../src/stack/sudoers.ts';
import { BARE, bootstrap, makeBare, NAME, onHost, streamsFrom, withBareHost } from '../support/bare-host.ts';
import { debian, ended, request, useScene } from '../support/scene.ts';

/** Where the WAL of the standby is to lie, and that of the primary lies. */
const WAL = '/srv/wal';
const SPACE = '/srv/space';
const { primary, standby } = ledger;

const scene = useScene({
  ledger: true,
  change: (config) => {
    const withBare = withBareHost(() => scene.lab)(config);
    const clusters = (withBare.clusters as { name: string; members: { name: string }[] }[]).map((one) =>
      one.name === ledger.name
        ? { ...one, members: one.members.map((m) => (m.name === BARE ? { ...m, walDirectory: WAL } : m)) }
        : one,
    );
    return { ...withBare, clusters };
  },
});
const data = () => dataDirectory(scene.lab.generation);
const asRoot = (host: HostName, script: string) => onHost(scene.lab, host, `{ ${script}; } 2>&1`);
const folder = (host: HostName, path: string) =>
  asRoot(host, `rm -rf ${path} && install -d -o postgres -g postgres -m 700 ${path}`);

beforeAll(async () => {
  await scene.lab.up([BARE]);
  await makeBare(scene.lab);
  await grantAnew();
  const unit = postgresUnit(scene.lab.generation);
  for (const host of [primary, standby]) await folder(host, SPACE);
  await folder(primary, WAL);
  await asRoot(
    primary,
    `systemctl stop ${unit}; mv ${data()}/pg_wal/* ${WAL}/; rmdir ${data()}/pg_wal; ln -s ${WAL} ${data()}/pg_wal; systemctl start ${unit}`,
  );
  await psql(primary, `create tablespace apart location '${SPACE}'`);
  await psql(primary, 'create table kept (n int) tablespace apart; insert into kept select generate_series(1, 1000)');
});
// The next file finds the hosts as they were.
afterAll(() => scene.lab.reset());

/** What `trunkline sudoers` prints for the bare host, as its WAL directory stands in some of the words. */
async function grantAnew(): Promise<void> {
  const layout = layoutOf({ dataDirectory: data(), walDirectory: WAL });
  const input = sudoers('trunkline', sudoGrants(layout), { withoutSystemd: true });
  const install =
    'umask 0337; rm -f /etc/sudoers.d/trunkline; cat >/etc/sudoers.d/trunkline; visudo -cf /etc/sudoers.d/trunkline';
  const { code, stderr } = await scene.lab.exec(BARE, ['/bin/sh', '-c', install], { input, timeoutMs: 20_000 });
  if (code !== 0) throw new Error(`visudo on ${BARE}: ${stderr}`);
}

/** Switches over in the chat, with approval and without an override; the cluster afterwards, by SQL. */
async function switched(to: HostName): Promise<string> {
  const plan = await request(scene, `switchover ${ledger.name} --to ${to} --reason "roles swap"`);
  expect(plan.shown).not.toMatch(/Blocked/);
  await scene.workspace.as('adam').click(plan, 'Approve');
  const done = await ended(scene, plan);
  expect(done.shown).toMatch(/Succeeded/);
  expect(done.shown).not.toMatch(/incomplete/);
  return psql(to, "select string_agg(application_name || ' ' || state, ', ' order by application_name) from pg_stat_replication");
}

describe(`a standby of a primary with a tablespace and a WAL directory of its own on Debian ${debian}`, () => {
  it('is not begun where the tablespace has no place, and the block says what to make', async () => {
    await asRoot(BARE, `rm -rf ${SPACE} ${WAL}; install -d -o postgres -g postgres -m 700 ${WAL}; touch ${WAL}/x`);
    const { shown } = await bootstrap(scene);
    expect(shown).toMatch(/tablespace apart goes to \/srv\/space on c1, where postgres may not write/);
    expect(shown).toMatch(/Make \/srv\/space on c1, empty and owned by postgres/);
    expect(shown).toMatch(/\/srv\/wal on c1, where the WAL shall lie, is not empty/);
  });

  it('gets both in the right places, and its password file lies where every member that may follow it finds its own', async () => {
    await folder(BARE, SPACE);
    await folder(BARE, WAL);
    const done = await ended(scene, await bootstrap(scene));
    expect(done.shown).toMatch(/Succeeded/);
    expect(await streamsFrom(primary)).toBe(`streaming|${NAME}`);
    expect(await asRoot(BARE, `readlink ${data()}/pg_wal; readlink ${data()}/pg_tblspc/*; ls ${SPACE}`)).toMatch(
      /^\/srv\/wal\n\/srv\/space\nPG_1[57]_\d+$/,
    );
    expect(await asRoot(BARE, `ls ${WAL} | grep -cE '^[0-9A-F]{24}$'`)).not.toBe('0');
    expect(await psql(BARE, 'select count(*) from kept')).toBe('1000');
    const lines = [primary, standby, BARE].map((host) =>
      asRoot(host, `stat -c '%a %U' ${data()}.pgpass; grep ${NAME} ${data()}.pgpass`),
    );
    const [first = '', ...others] = await Promise.all(lines);
    expect(first).toMatch(new RegExp(`^600 postgres\n\\*:\\*:\\*:${NAME}:[A-Za-z0-9_-]{32}$`));
    expect(others).toEqual([first, first]);
    const password = first.split(':').at(-1) ?? 'none';
    expect(await scene.stage.bot.log()).not.toContain(password);
    expect(done.shown).not.toContain(password);
    for (const host of [primary, standby, BARE]) {
      expect(await asRoot(host, `journalctl --no-pager | grep -cF -- '${password}'`)).toBe('0');
      expect(await asRoot(host, `grep -cF -- '${password}' ${data()}/postgresql.auto.conf`)).toBe('0');
    }
  });

  it('takes over, hands over to the other standby, and the first primary leads again, each without an override', async () => {
    expect(await switched(BARE)).toBe(`${primary} streaming, ${standby} streaming`);
    expect(await switched(standby)).toBe(`${BARE} streaming, ${primary} streaming`);
    expect(await switched(primary)).toBe(`${BARE} streaming, ${standby} streaming`);
    await psql(primary, 'insert into kept values (0)');
    const rows = () => Promise.all([standby, BARE].map((host) => psql(host, 'select count(*) from kept')));
    await waitFor('the row on both standbys', async () => ((await rows()).every((n) => n === '1001') ? [] : ['it']), {
      timeoutMs: 10_000,
    });
  });
});
