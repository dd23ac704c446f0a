import { noIncidentLedger } from '../support/no-incidents.ts';
import { describe, expect, it } from 'vitest';
import { createDesk } from '../../src/ask/desk.ts';
import { refusal, TrunklineError } from '../../src/core/errors.ts';
import { type Asker, type PersonRole, ROLES } from '../../src/core/person.ts';
import type { View } from '../../src/core/view.ts';
import { load } from '../../src/load.ts';

const { commands } = await load();
const asker: Asker = { userId: 'U1', userName: 'olga', teamId: 'T1', channelId: 'C1', via: 'slack' };
const never = async () => Promise.reject(new Error('not asked for'));

/** The real commands on a desk that only notes what would be started. */
function desk(role: PersonRole = 'operator') {
  const started: { input: unknown; reason?: string; start: unknown }[] = [];
  const view = {
    cluster(name: string) {
      if (name !== 'billing') throw refusal(`there is no cluster '${name}'`, 'Known: billing.');
      return { name };
    },
  } as unknown as View;
  const ask = createDesk({
    commands,
    admit: async () => ({
      ...{ roles: [role], visible: ['billing'], isPrivate: false },
      ...{ whyNot: () => undefined, loweredHere: () => undefined },
      maySomewhere: (need) => ROLES[role].some((one) => one === need),
    }),
    rightsFor: () => ({ on: never }),
    viewFor: () => view,
    async start({ input, reason, start }) {
      started.push({ input, start, ...(reason ? { reason } : {}) });
      return undefined;
    },
    ledger: {
      ...noIncidentLedger,
      ...{ approve: never, deny: never, withdraw: never, cancel: never, decide: never },
      ...{ again: never, revert: never, review: never, lock: never, unlock: never, confirm: never },
      ...{ totpEnroll: never, totpConfirm: never, totpReset: never },
    },
    refused: async () => undefined,
    measured: () => undefined,
    now: () => 0,
  });
  const told = (text: string) =>
    ask(text, asker).then(
      () => 'started',
      (error: unknown) => (error instanceof TrunklineError ? `${error.message} | ${error.hint}` : String(error)),
    );
  return { ask: (text: string, reason?: string) => ask(text, asker, reason === undefined ? {} : { reason }), told, started };
}

describe('the flags of every command that starts a runbook', () => {
  it('name overrides by comma or one by one, and a time with its zone', async () => {
    const { ask, started } = desk();
    await ask('switchover billing --override vip,archiver-backlog --override proxies --override-reason "known, OPS-7"');
    await ask("switchover billing --at '2026-11-30 02:00 Europe/Berlin'");
    expect(started.map(({ start }) => start)).toEqual([
      { override: { checks: ['vip', 'archiver-backlog', 'proxies'], reason: 'known, OPS-7' } },
      { at: { atMs: Date.parse('2026-11-30T01:00:00Z'), says: '2026-11-30 02:00 Europe/Berlin' } },
    ]);
  });

  it('refuse a time without zone before anything is looked at', async () => {
    const { told, started } = desk();
    expect(await told("switchover billing --at '2026-11-30 02:00'")).toContain('the time has no zone');
    expect(started).toEqual([]);
  });

  it('take the reason of a form in place of one that was typed, and nothing else of it', async () => {
    const { ask, started } = desk();
    await ask('switchover billing', 'kernel" --override vip');
    expect(started).toEqual([{ input: { cluster: 'billing' }, reason: 'kernel" --override vip', start: {} }]);
  });
});

describe('/pg break-glass', () => {
  const typed = 'break-glass billing --confirm billing --reason "pg1 burns"';

  it('reads what follows by the parser of that very command, with the cluster before it', async () => {
    const { ask, started } = desk();
    await ask(`${typed} switchover --to pg2 --override vip`);
    const start = { override: { checks: ['vip'] }, breakGlass: { confirm: 'billing' } };
    expect(started).toEqual([{ input: { cluster: 'billing', to: 'pg2' }, reason: 'pg1 burns', start }]);
  });

  it('takes the cluster a second time from those who type the command by heart', async () => {
    const { ask, started } = desk();
    await ask(`${typed} switchover billing --to pg2`);
    expect(started[0]?.input).toEqual({ cluster: 'billing', to: 'pg2' });
  });

  it('is on the cluster that was confirmed and no other', async () => {
    const { told, started } = desk();
    expect(await told(`${typed} switchover orders --to pg2`)).toContain("'orders' is one word too many");
    expect(started).toEqual([]);
  });

  it.each([
    ['break-glass billing --confirm billing switchover --to pg2', '--reason is missing'],
    ['break-glass billing --reason x switchover', '--confirm is missing'],
    ['break-glass billing switchover --confirm billing --reason x', '--confirm is missing'],
    [typed, 'COMMAND is missing'],
    [`${typed} status`, "there is no command 'status'"],
    [`${typed} switchovr`, 'Did you mean /pg switchover?'],
    [`${typed} break-glass`, "there is no command 'break-glass'"],
    [`${typed} switchover --tp pg2`, 'Did you mean --to?'],
  ])('refuses %j: %s', async (text, why) => {
    const { told, started } = desk();
    expect(await told(text)).toContain(why);
    expect(started).toEqual([]);
  });

  it('shows how it is written, the dash included', async () => {
    const { ask } = desk();
    const help = JSON.stringify(await ask('help break-glass'));
    expect(help).toContain('/pg break-glass CLUSTER --confirm CLUSTER --reason TEXT COMMAND...');
  });
});
