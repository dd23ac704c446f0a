import type { AuditFacts } from '../core/audit-facts.ts';
import { asError, refusal, TrunklineError } from '../core/errors.ts';
import { FieldRefusal } from '../core/field-refusal.ts';
import type { Message } from '../core/message.ts';
import type { Asker } from '../core/person.ts';
import { formatDuration } from '../core/units.ts';
import { addressOf, newSecret, stepOf } from './one-time-code.ts';
import { emptied, keyLetter, pictureOf } from './totp-letter.ts';
import type { CodeOutcome, Enrolment, TotpNeeds } from './totp-needs.ts';

/** One-time codes of authenticator apps: a second factor outside of Slack. */
export interface Totp {
  totpEnroll(by: Asker): Promise<Message>;
  totpConfirm(by: Asker, code: string): Promise<Message>;
  totpReset(by: Asker, person: string): Promise<Message>;
  /** Uses a code up. @throws Refusal for one that is missing, wrong or used, or after too many wrong ones. */
  prove(by: Asker, code: string | undefined): Promise<void>;
}

/**
 * Enrolment, first code, reset and proof. A code counts once; five wrong ones in 15 minutes end the tries (both held by the store).
 * Whoever has codes can't get new ones without another admin's reset, so that a stolen Slack account can't replace them.
 */
export function createTotp(needs: TotpNeeds): Totp {
  return {
    totpEnroll: (by) => audited(needs, by, 'totp.enroll', () => enroll(needs, by)),
    totpConfirm: (by, code) => audited(needs, by, 'totp.confirm', () => confirm(needs, by, code)),
    totpReset: (by, person) => audited(needs, by, 'totp.reset', () => reset(needs, by, person)),
    async prove(by, code) {
      if (code === undefined)
        throw refusal(
          'a one-time code is needed beside this click',
          'Press the button of the request; it opens a form for the code.',
        );
      const enrolment = await needs.store.get(by.userId);
      if (!enrolment?.isConfirmed) throw badCode('you have no one-time codes yet', ENROL);
      mustBeOk(await needs.store.use(triedOf(needs, by, enrolment, code)), needs);
    },
  };
}

/** The commands and the proof where no key is configured. */
export function noTotp(): Totp {
  const none = async (): Promise<never> => {
    throw refusal('one-time codes are not set up here', 'An owner of Trunkline adds `totp` to its configuration.');
  };
  return { totpEnroll: none, totpConfirm: none, totpReset: none, prove: none };
}

const ENROL = 'Get them first: `/pg totp enroll` sends you a key in a direct message.';
const MEMBER_ID = 'Slack shows it in their profile: ⋮, Copy member ID.';

async function enroll(needs: TotpNeeds, by: Asker): Promise<Message> {
  const { store, sealer, issuer, clock, send, picture } = needs;
  const [secret, atMs] = [newSecret(), clock.now()];
  const sealed = sealer.seal(secret, by.userId);
  const facts = line(by, { what: 'totp.enroll', result: 'sent', atMs });
  if (!(await store.enrol(by.userId, { sealed, userName: by.userName, enrolledAtMs: atMs }, facts)))
    throw refusal('you have one-time codes already', 'If the app is lost, another admin voids them with `/pg totp reset`.');
  const address = addressOf({ secret, issuer, label: by.userName || by.userId });
  const letter = await send(by.userId, keyLetter({ secret, address, issuer }), pictureOf(await picture(address)));
  await store.shown(by.userId, sealed, letter);
  return said('The key is in a direct message to you. Enter the first code there; until then your codes do not count.');
}

async function confirm(needs: TotpNeeds, by: Asker, code: string): Promise<Message> {
  const { store, clock } = needs;
  const enrolment = await store.get(by.userId);
  if (!enrolment) throw refusal('no key was sent to you, or it has lapsed', ENROL);
  if (enrolment.isConfirmed) throw refusal('your one-time codes count already', 'There is nothing to do.');
  const facts = line(by, { what: 'totp.confirm', result: 'confirmed', atMs: clock.now() });
  mustBeOk(await store.confirm(triedOf(needs, by, enrolment, code), facts), needs);
  const left = await emptyLetter(needs, enrolment);
  return said(
    `Your one-time codes count from now on.${left ? ' Delete the direct message with the key: it could not be emptied.' : ''}`,
  );
}

async function reset(needs: TotpNeeds, by: Asker, person: string): Promise<Message> {
  await needs.gate.admit(by, 'administer');
  const userId = /^(?:<@)?([UW][A-Z0-9]{2,20})(?:\|[^>]*)?>?$/.exec(person)?.[1];
  if (userId === undefined) throw await byNameOnly(needs, person);
  if (userId === by.userId) throw refusal('nobody resets their own codes, or a stolen account could', 'Ask another admin.');
  const facts = line(by, { what: 'totp.reset', result: 'reset', atMs: needs.clock.now(), why: `of ${userId}` });
  if (!(await needs.store.remove(userId, facts))) throw refusal(`${userId} has no one-time codes`, MEMBER_ID);
  const says = 'Their one-time codes are void; they enrol again with ';
  return {
    summary: 'One-time codes are void',
    parts: [{ line: [{ person: userId }, ': ', says, { code: '/pg totp enroll' }], sign: 'ok' }],
  };
}

async function byNameOnly({ store }: TotpNeeds, person: string): Promise<TrunklineError> {
  const [meant, another] = await store.named(person.replace(/^@/, ''));
  const hint =
    meant !== undefined && another === undefined ? `Did you mean \`/pg totp reset ${meant}\`? ${MEMBER_ID}` : MEMBER_ID;
  return refusal('a person is named by their member ID here, because names can be changed', hint);
}

function triedOf({ sealer, clock }: TotpNeeds, { userId }: Asker, { sealed }: Enrolment, code: string) {
  const digits = code.replace(/\s/g, '');
  if (!/^\d{6}$/.test(digits)) throw badCode('a one-time code is six digits', 'Read it off your authenticator app.');
  return { userId, sealed, step: stepOf(sealer.open(sealed, userId), digits, clock.now()) };
}

function badCode(why: string, hint: string): FieldRefusal {
  return new FieldRefusal('code', why, hint);
}

function mustBeOk(tried: CodeOutcome, { clock }: Pick<TotpNeeds, 'clock'>): void {
  if (tried.outcome === 'ok') return;
  if (tried.outcome === 'locked') {
    const wait = formatDuration(Math.max(1000, tried.untilMs - clock.now()));
    throw badCode('too many wrong codes', `Wait ${wait}. If it was not you who tried, tell an admin now.`);
  }
  const why = {
    wrong: 'this one-time code is wrong',
    replayed: 'this one-time code was used already',
    unconfirmed: 'your one-time codes are not confirmed yet',
    changed: 'your one-time codes were replaced meanwhile',
    missing: 'you have no one-time codes any more',
  }[tried.outcome];
  throw badCode(why, 'Wait for the next code of your app and use that; its clock must be right.');
}

/** True when the key may still be read there. */
async function emptyLetter({ empty, log }: TotpNeeds, { letter, userName }: Enrolment): Promise<boolean> {
  if (!letter) return true;
  try {
    await empty(letter, emptied());
    return false;
  } catch (error) {
    log.warn('a direct message that shows a key could not be emptied', { userName, why: asError(error).message });
    return true;
  }
}

/** Writes down who was refused; the code and the key are in no sentence of ours. */
async function audited(needs: TotpNeeds, by: Asker, what: string, act: () => Promise<Message>): Promise<Message> {
  try {
    return { ...(await act()), forAskerOnly: true };
  } catch (error) {
    const refused = error instanceof TrunklineError && error.kind !== 'bug' && error.kind !== 'unreachable';
    const result = refused ? 'refused' : 'broke';
    await needs.audit.append(line(by, { what, result, atMs: needs.clock.now(), why: asError(error).message }));
    throw error;
  }
}

function line({ userId, userName, via }: Asker, rest: Omit<AuditFacts, 'who' | 'whoName' | 'via'>): AuditFacts {
  return { who: userId, whoName: userName, via, ...rest };
}

function said(text: string): Message {
  return { summary: text, parts: [{ line: text, sign: 'ok' }] };
}
