import { noIncidentLedger } from '../support/no-incidents.ts';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { createDesk, type DeskParts } from '../../src/ask/desk.ts';
import { command } from '../../src/core/command.ts';
import { refusal, TrunklineError, unauthorised } from '../../src/core/errors.ts';
import { ClusterName } from '../../src/core/names.ts';
import { type Asker, type PersonRole, ROLES, type Permission } from '../../src/core/person.ts';
import { runbook } from '../../src/core/runbook.ts';
import type { View } from '../../src/core/view.ts';

const nothing = (name: string) =>
  runbook({
    name,
    summary: 'Do nothing',
    risk: 'interrupts-nothing',
    input: z.object({ cluster: ClusterName }),
    facts: z.object({}),
    locks: () => [],
    look: async () => ({}),
    material: () => ({}),
    plan: () => ({ summary: 'nothing', checks: [], risk: 'interrupts-nothing', steps: [] }),
  });
const rest = nothing('rest');
const plainRest = nothing('plain-rest');
const cluster = z.object({ cluster: ClusterName, reason: z.string().optional() });
const commands = [
  command({
    name: 'status',
    summary: 'Show a cluster',
    who: 'viewer',
    args: cluster,
    positionals: ['cluster'],
    examples: ['billing'],
    answer: async (args) => ({ summary: `status of ${args.cluster}`, parts: [] }),
  }),
  command({
    name: 'code',
    summary: 'Take a code',
    who: 'viewer',
    args: z.object({ code: z.string() }),
    positionals: ['code'],
    secrets: ['code'],
    examples: ['123456'],
    records: ({ code }, ledger, by) => ledger.totpConfirm(by, code),
  }),
  command({
    name: 'rest',
    summary: 'Do nothing to a cluster',
    who: 'operator',
    args: cluster,
    positionals: ['cluster'],
    examples: ['billing'],
    starts: rest,
    byMode: { streaming: plainRest },
    input: ({ cluster: name }) => ({ cluster: name }),
  }),
];
const asker: Asker = { userId: 'U1', userName: 'olga', teamId: 'T1', channelId: 'C1', via: 'slack' };

function desk(role: PersonRole, change: Partial<DeskParts> = {}) {
  const seen = { started: [] as unknown[], refused: [] as unknown[], measured: [] as string[] };
  const view = {
    cluster(name: string) {
      if (name !== 'billing' && name !== 'orders') throw refusal(`there is no cluster '${name}'`, 'Known: billing, orders.');
      return { name, mode: name === 'orders' ? 'streaming' : 'patroni' };
    },
  } as unknown as View;
  const ask = createDesk({
    commands,
    admit: async () => ({
      roles: [role],
      visible: ['billing', 'orders'],
      isPrivate: false,
      maySomewhere: (need) => may(role, need),
      loweredHere: () => undefined,
      whyNot: (need, { cluster: name, runbook: by }) =>
        may(name === 'billing' ? role : 'viewer', need)
          ? undefined
          : { says: `you may not ${need} for ${by} on ${name}`, hint: 'Ask.' },
    }),
    viewFor: () => view,
    rightsFor: () => ({ on: never }),
    start: async (wish) => {
      seen.started.push(wish);
      return undefined;
    },
    ledger: {
      ...noIncidentLedger,
      ...{ approve: never, confirm: never, deny: never, withdraw: never, cancel: never, decide: never },
      ...{ again: never, revert: never, review: never, lock: never, unlock: never, totpEnroll: never, totpReset: never },
      totpConfirm: async () => ({ summary: 'counts', parts: [] }),
    },
    refused: async (event) => void seen.refused.push(event),
    measured: ({ command: name, result }) => void seen.measured.push(`${name} ${result}`),
    now: () => 0,
    ...change,
  });
  return { ask: (text: string) => ask(text, asker), seen };
}

describe('the desk', () => {
  it('answers a command that the person may use', async () => {
    const { ask, seen } = desk('viewer');
    expect((await ask('status billing'))?.summary).toBe('status of billing');
    expect(seen.measured).toEqual(['status answered']);
  });

  it('starts a runbook with its input and reason, and answers nothing itself', async () => {
    const { ask, seen } = desk('operator');
    expect(await ask('rest billing --reason "TICKET-1 <!channel>"')).toBeUndefined();
    expect(seen.started).toEqual([
      { runbook: rest, input: { cluster: 'billing' }, reason: 'TICKET-1 <!channel>', asker, start: {} },
    ]);
  });

  it('starts the runbook that fits the mode of the cluster, and asks for the right to that one', async () => {
    const allowed: (string | undefined)[] = [];
    const everywhere = {
      visible: ['billing', 'orders'],
      isPrivate: false,
      maySomewhere: () => true,
      loweredHere: () => undefined,
    };
    const { ask, seen } = desk('operator', {
      admit: async () => ({
        ...{ roles: ['operator'], ...everywhere },
        whyNot: (_need, { runbook: by }) => void allowed.push(by),
      }),
    });
    await ask('rest orders');
    await ask('rest billing');
    expect(seen.started).toMatchObject([{ runbook: plainRest }, { runbook: rest }]);
    expect(allowed).toEqual(['plain-rest', 'rest']);
  });

  it('treats a command above the role as one that does not exist, so that help names nothing useless', async () => {
    const { ask, seen } = desk('viewer');
    await expect(ask('rest billing')).rejects.toMatchObject({ kind: 'refusal', message: "there is no command 'rest'" });
    expect(seen.started).toEqual([]);
    expect(seen.refused).toEqual([
      expect.objectContaining({ command: 'rest', why: 'may not ask rest anywhere here (roles: viewer)' }),
    ]);
  });

  it('says of a command that is only not for this channel where it is, because there is nothing to hide', async () => {
    const lowered = { says: 'nobody may ask for rest in this channel (at most: see)', hint: 'Do it elsewhere.' };
    const here = { roles: ['operator'], visible: [], isPrivate: false, maySomewhere: () => false, whyNot: () => undefined };
    const { ask, seen } = desk('operator', { admit: async () => ({ ...here, loweredHere: () => lowered }) });
    await expect(ask('rest billing')).rejects.toMatchObject({ kind: 'unauthorised', message: lowered.says });
    expect(seen.refused).toEqual([expect.objectContaining({ command: 'rest', why: lowered.says })]);
  });

  it('audits who asks for a cluster that is not theirs to see, whatever it tells them', async () => {
    const { ask, seen } = desk('viewer');
    await expect(ask('status secret')).rejects.toMatchObject({ kind: 'refusal' });
    expect(seen.refused).toEqual([expect.objectContaining({ command: 'status', cluster: 'secret' })]);
  });

  it('audits no slip of the pen', async () => {
    const { ask, seen } = desk('viewer');
    await expect(ask('stauts billing')).rejects.toMatchObject({ kind: 'refusal' });
    await expect(ask('status')).rejects.toMatchObject({ kind: 'refusal' });
    expect(seen.refused).toEqual([]);
  });

  it('refuses and audits when the role is too low on this very cluster', async () => {
    const { ask, seen } = desk('operator');
    await expect(ask('rest orders')).rejects.toMatchObject({
      kind: 'unauthorised',
      message: 'you may not ask for plain-rest on orders',
      hint: 'Ask. `/pg can orders plain-rest` says who may.',
    });
    expect(seen.refused).toEqual([expect.objectContaining({ command: 'rest', cluster: 'orders' })]);
    expect(seen.measured).toEqual(['rest refused']);
  });

  it('takes a secret only where nobody else reads, and answers it to the asker alone', async () => {
    const open = desk('viewer');
    await expect(open.ask('code 123456')).rejects.toMatchObject({
      kind: 'refusal',
      hint: expect.stringContaining('Press the button'),
    });
    expect(open.seen.refused).toEqual([expect.objectContaining({ command: 'code', why: expect.not.stringContaining('123456') })]);
    const alone = { roles: ['viewer'], visible: [], isPrivate: true, maySomewhere: () => true, ...nothingWrong };
    expect(await desk('viewer', { admit: async () => alone }).ask('code 123456')).toMatchObject({ forAskerOnly: true });
  });

  it('never repeats a word that may be a code', async () => {
    await expect(desk('viewer').ask('status billing 123456')).rejects.toMatchObject({ message: "'…' is one word too many" });
  });

  it('asks who it is before it tells anything about commands or clusters', async () => {
    const { ask, seen } = desk('viewer', {
      admit: async () => {
        throw unauthorised('guests may not use this', 'Ask a member.');
      },
    });
    await expect(ask('status nowhere')).rejects.toMatchObject({ kind: 'unauthorised' });
    expect(seen.refused).toHaveLength(1);
  });

  it.each([
    'stauts billing',
    'status biling',
    'status',
    '',
    '"open',
    'x'.repeat(10_000),
    '<!channel> status',
    '💥 billing',
    'status billing; rm -rf /',
  ])('refuses %j with a hint and changes nothing', async (text) => {
    const { ask, seen } = desk('operator');
    const thrown = await ask(text).catch((error: unknown) => error);
    expect(thrown).toBeInstanceOf(TrunklineError);
    if (thrown instanceof TrunklineError) expect(thrown.hint).not.toBe('');
    expect(seen.started).toEqual([]);
  });
});

const nothingWrong = { whyNot: () => undefined, loweredHere: () => undefined };
const may = (role: PersonRole, need: Permission) => ROLES[role].some((one) => one === need);

async function never(): Promise<never> {
  throw new Error('not asked for');
}
