import { beforeAll, describe, expect, it } from 'vitest';
import { psql } from '../../lab/health.ts';
import { dataDirectory, ledger } from '../../lab/inventory.ts';
import { BARE, bootstrap, makeBare, NAME, streamsFrom, withBareHost } from '../support/bare-host.ts';
import { ask, debian, ended, useScene } from '../support/scene.ts';

const scene = useScene({ ledger: true, change: withBareHost(() => scene.lab) });

beforeAll(async () => {
  await scene.lab.streamingPair();
  await scene.lab.up([BARE]);
  await makeBare(scene.lab);
});

describe(`a bare host of Debian ${debian}`, () => {
  it('becomes a streaming standby, with a password that nothing shows and no debt left', async () => {
    const plan = await bootstrap(scene, '--reason "third standby"');
    const done = await ended(scene, plan);
    expect(done.shown).toMatch(/Succeeded/);
    expect(await streamsFrom(ledger.primary)).toBe(`streaming|${NAME}`);
    expect(await psql(ledger.primary, `select active from pg_replication_slots where slot_name = '${NAME}'`)).toBe('t');
    expect(await psql(BARE, 'select pg_is_in_recovery()')).toBe('t');
    expect((await ask(scene, 'vera', 'debts ledger')).shown).not.toMatch(/standby_c1|copy on c1/);
    const data = dataDirectory(scene.lab.generation);
    const passfile = `${data}.pgpass`;
    const mode = await scene.lab.exec(BARE, ['/usr/bin/stat', '-c', '%a %U', passfile]);
    expect(mode.stdout.trim()).toBe('600 postgres');
    const kept = (await scene.lab.exec(BARE, ['/usr/bin/cat', passfile])).stdout.trim();
    const password = kept.split(':').at(-1) ?? 'none';
    const places = `${data}/postgresql.auto.conf /var/log/postgresql /etc/postgresql`;
    const search = ['/bin/sh', '-c', `grep -rF -- '${password}' ${places}; journalctl --no-pager | grep -cF -- '${password}'`];
    for (const host of [BARE, ledger.primary] as const) expect((await scene.lab.exec(host, search)).stdout.trim()).toBe('0');
  });
});
