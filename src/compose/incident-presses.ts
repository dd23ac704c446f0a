import { randomUUID } from 'node:crypto';
import { offersOf } from '../alerts/offers.ts';
import type { Desk } from '../ask/desk.ts';
import { type Modal, reasonModal } from '../chat/modal.ts';
import { refusal } from '../core/errors.ts';
import type { Incident } from '../core/incident.ts';
import type { IncidentLedger } from '../core/incident-ledger.ts';
import { IncidentName } from '../core/incident-name.ts';
import type { Message } from '../core/message.ts';
import { NeedsReason } from '../core/needs-reason.ts';
import type { Asker } from '../core/person.ts';
import type { Wishes } from '../store/wishes.ts';

interface Needs {
  readonly desk: Desk;
  readonly ledger: IncidentLedger;
  readonly named: (name: string) => Promise<Incident | undefined>;
  readonly wishes: Wishes;
}

/** The buttons and forms of incidents. */
export interface IncidentPresses {
  readonly buttons: Readonly<
    Record<string, (value: string, by: Asker) => Promise<{ readonly ephemeral?: Message; readonly modal?: Modal }>>
  >;
  readonly forms: Readonly<
    Record<string, (value: string, by: Asker, fields: Readonly<Record<string, string>>) => Promise<Message | undefined>>
  >;
}

const SILENCE_MS = 3_600_000;
const WHY = { title: 'Resolve this incident', submit: 'Resolve', intro: 'Most end by themselves. Say why this one is over.' };

/** They do what the commands of the same names do; an offered command goes the way of typed words, through the same gate. */
export function incidentPresses({ desk, ledger, named, wishes }: Needs): IncidentPresses {
  const told = async (answer: Promise<Message | undefined>) => {
    const ephemeral = await answer;
    return ephemeral ? { ephemeral } : {};
  };
  return {
    buttons: {
      'incident-ack': (name, by) => told(ledger.acknowledge(name, by)),
      'incident-silence': (name, by) =>
        told(ledger.silenceIncident(name, by, { reason: 'by the button of its message', forMs: SILENCE_MS })),
      'incident-escalate': (name, by) => told(ledger.escalate(name, by)),
      'incident-resolve': async (value) => ({ modal: reasonModal({ callback: 'incident-resolve', value, ...WHY }) }),
      async 'incident-offer'(value, by) {
        const text = await offered(named, value);
        try {
          return await told(desk(text, by));
        } catch (error) {
          if (!(error instanceof NeedsReason)) throw error;
          return { modal: await whyFor(wishes, text, by, error) };
        }
      },
    },
    forms: { 'incident-resolve': (name, by, { reason = '' }) => ledger.resolve(name, by, reason) },
  };
}

/** The command that the button showed, from the catalogue and what is stored: nothing of a click is typed. */
async function offered(named: Needs['named'], value: string): Promise<string> {
  const [name = '', number = ''] = value.split(':');
  const incident = IncidentName.safeParse(name).success ? await named(name) : undefined;
  const offer = incident && offersOf(incident).find((one) => String(one.number) === number);
  if (offer) return offer.command;
  throw refusal('this is not offered any more', 'The incident is called something else by now; use the buttons that it has now.');
}

async function whyFor(wishes: Wishes, text: string, { userId }: Asker, error: NeedsReason): Promise<Modal> {
  const value = randomUUID();
  await wishes.put(value, { text, userId });
  const intro = `Not asked yet: ${error.message}. Write why, and the ticket.`;
  return reasonModal({ callback: 'reason', value, title: 'Why?', submit: 'Ask for it', intro });
}
