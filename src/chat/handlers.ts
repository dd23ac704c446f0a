import type { Message } from '../core/message.ts';
import type { Asker } from '../core/person.ts';
import type { Modal } from './modal.ts';

/**
 * What Trunkline does with what people type and click. Each is called at most once for what one person did; what it throws is
 * shown to that person alone.
 */
export interface ChatHandlers {
  /** The answer is posted in the channel, with its files and thread. */
  onCommand(command: {
    readonly text: string;
    readonly asker: Asker;
    readonly triggerId: string;
  }): Promise<Message | Question | undefined>;
  /** `value` is the opaque id of the button. A modal must be returned within some 2 s, or Slack no longer opens it. */
  onAction(click: {
    readonly action: string;
    readonly value: string;
    readonly asker: Asker;
    readonly channelId: string;
    readonly messageTs: string;
    readonly triggerId: string;
  }): Promise<{ readonly ephemeral?: Message; readonly modal?: Modal } | undefined>;
  /** `fields` are trimmed; what must be there is there. The answer is for the person alone. */
  onSubmit(answer: {
    readonly callback: string;
    readonly value: string;
    readonly fields: Readonly<Record<string, string>>;
    readonly asker: Asker;
  }): Promise<Message | undefined>;
  /** Somebody of another workspace tried something and is refused; for the audit. */
  onStranger(asker: Asker, kind: InteractionKind): Promise<void>;
  /** Something was sent that is not Slack's word to this app, and is refused; for the audit. */
  onForged?(request: ForgedRequest): Promise<void>;
}

/** A request with a wrong signature or time, one that was sent before, another app's, or one of no known form. */
export interface ForgedRequest {
  /** The user id that it names, where it could be read. Nobody vouches for it. */
  readonly who?: string | undefined;
  readonly what: InteractionKind | 'request';
  readonly why: string;
}

/** A form that asks for what was not typed; where Slack no longer opens it, the person is told `otherwise`. */
export interface Question {
  readonly modal: Modal;
  readonly otherwise: Error;
}

export type InteractionKind = 'command' | 'action' | 'submit';

/** Measures of the interaction with Slack; `app.ts` fills it. */
export interface ChatMetrics {
  /** Milliseconds from the receipt of an envelope to its ack given to the connection. */
  acked(kind: InteractionKind, millis: number): void;
  ackFailed(kind: InteractionKind): void;
  repeated(kind: InteractionKind): void;
  handled(kind: InteractionKind, result: 'ok' | 'refused' | 'failed', millis: number): void;
}
