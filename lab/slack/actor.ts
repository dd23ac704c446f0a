import type { ControlClient } from './control-client.ts';
import type { Delivery } from './delivery.ts';
import type { Message } from './message.ts';
import type { Tampering } from './signature.ts';
import type { OpenView } from './state.ts';
import type { Submission } from './submissions.ts';

/** One of the people, doing things in the workspace. What goes to the bot resolves when the bot has acknowledged it, or not in time. */
export interface Actor {
  /** Types a slash command. */
  command(command: string, text: string, place: { channel: string; tampering?: Tampering }): Promise<Delivery>;
  /** Clicks a button by its `action_id`, value or text; `option` chooses from a select. Throws when it is not there. */
  click(
    message: Pick<Message, 'channel' | 'ts'>,
    which: string,
    options?: { option?: string; tampering?: Tampering },
  ): Promise<Delivery>;
  /** The modal on top of this person's screen. */
  view(): Promise<OpenView | undefined>;
  /** Submits that modal with texts or options by `action_id` or `block_id`. */
  submit(values?: Readonly<Record<string, unknown>>): Promise<Submission>;
  /** Closes that modal. */
  dismiss(): Promise<void>;
  /** Writes a message; `channel` may be `@olga` for that person's direct message with the bot. */
  say(text: string, place: { channel: string; threadTs?: string }): Promise<{ channel: string; ts: string }>;
  react(message: Pick<Message, 'channel' | 'ts'>, name: string): Promise<void>;
  /** What the bot wrote to this person alone: ephemeral messages and the direct message, oldest first. */
  inbox(): Promise<Message[]>;
}

export function actorOf(client: ControlClient, user: string): Actor {
  const view = async (): Promise<OpenView | undefined> =>
    (await client.ask<OpenView[]>('views')).findLast((each) => each.user === user);
  return {
    command: (command, text, { channel, tampering }) => client.ask('command', { user, command, text, channel, tampering }),
    click: ({ channel, ts }, which, options = {}) => client.ask('click', { user, channel, ts, which, ...options }),
    view,
    submit: (values = {}) => client.ask('submit', { user, values }),
    dismiss: async () => void (await client.ask('dismiss', { user })),
    say: (text, { channel, threadTs }) => client.ask('say', { user, text, channel, threadTs }),
    react: async ({ channel, ts }, name) => void (await client.ask('react', { user, channel, ts, name })),
    inbox: async () =>
      (await client.ask<Message[]>('messages')).filter(
        (each) => each.onlyFor === user || (each.place === `@${user}` && each.fromBot),
      ),
  };
}
