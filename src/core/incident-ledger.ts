import type { Message } from './message.ts';
import type { Asker } from './person.ts';
import type { SituationName } from './situation-name.ts';

/** What is to be silent, why, and for how long. */
export interface SilenceTerms {
  readonly cluster: string;
  readonly situation?: SituationName;
  readonly about?: string;
  readonly reason: string;
  readonly forMs: number;
}

/** What people do with incidents; buttons and commands call the same. Each is audited. */
export interface IncidentLedger {
  /** Takes it up: nobody further is called. */
  acknowledge(incident: string, by: Asker, note?: string): Promise<Message>;
  resolve(incident: string, by: Asker, reason: string): Promise<Message>;
  /** The next step of its route at once. */
  escalate(incident: string, by: Asker, note?: string): Promise<Message>;
  silence(terms: SilenceTerms, by: Asker): Promise<Message>;
  /** What the incident is about, as its button does. */
  silenceIncident(incident: string, by: Asker, terms: Pick<SilenceTerms, 'reason' | 'forMs'>): Promise<Message>;
  unsilence(id: string, by: Asker): Promise<Message>;
}
