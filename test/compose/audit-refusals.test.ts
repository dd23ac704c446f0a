import { expect, it } from 'vitest';
import { createAuditRefusals } from '../../src/compose/audit-refusals.ts';
import { createChatHandlers } from '../../src/compose/chat-handlers.ts';
import type { AuditFacts } from '../../src/core/audit-facts.ts';
import type { Asker } from '../../src/core/person.ts';
import { quietLog } from '../support/quiet-log.ts';
import { virtualClock } from '../support/virtual-clock.ts';

const asker: Asker = { userId: 'U0OLGA', teamId: 'T0HOME', userName: 'olga', channelId: 'C0OPS', via: 'slack' };

function handlersWith(append: (facts: AuditFacts) => Promise<void>) {
  const { refused, forged } = createAuditRefusals({ trail: { append }, clock: virtualClock(7), log: quietLog });
  const never = () => Promise.reject(new Error('must not be called'));
  const votes = { approve: never, deny: never, withdraw: never, cancel: never, decide: never };
  const ledger = {
    ...votes,
    confirm: never,
    wantsCode: never,
    totpConfirm: never,
    again: never,
    revert: never,
    review: never,
    lock: never,
    unlock: never,
  };
  return createChatHandlers({
    desk: never,
    ledger,
    refused,
    forged,
    wishes: { put: never, take: never },
    inItsPlace: async () => undefined,
  });
}

it('audits a button, a form and a stranger that are refused, and what was forged', async () => {
  const lines: AuditFacts[] = [];
  const handlers = handlersWith(async (facts) => void lines.push(facts));
  const click = { action: 'drop', value: 'x', asker, channelId: 'C0OPS', messageTs: '1', triggerId: 't' };
  await expect(handlers.onAction(click)).rejects.toThrow(/button is not known/);
  await expect(handlers.onSubmit({ callback: 'own', value: 'x', fields: {}, asker })).rejects.toThrow(/form is not known/);
  await handlers.onStranger({ ...asker, teamId: 'T0OTHER' }, 'action');
  await handlers.onForged?.({ what: 'request', why: 'it was already received' });
  const common = { atMs: 7, via: 'slack', result: 'refused' };
  expect(lines).toEqual([
    { ...common, who: 'U0OLGA', whoName: 'olga', what: 'command.button', why: "there is no button 'drop'" },
    { ...common, who: 'U0OLGA', whoName: 'olga', what: 'command.form', why: "there is no form 'own'" },
    { ...common, who: 'U0OLGA', whoName: 'olga', what: 'command.action', why: 'T0OTHER is another workspace' },
    { ...common, who: 'unknown', what: 'slack.request', why: 'it was already received' },
  ]);
});

it('refuses all the same when the refusal can not be written', async () => {
  const handlers = handlersWith(() => Promise.reject(new Error('no Redis')));
  await expect(handlers.onSubmit({ callback: 'own', value: 'x', fields: {}, asker })).rejects.toThrow(/form is not known/);
});
