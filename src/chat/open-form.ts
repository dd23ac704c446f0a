/** The answer to a submitted form that keeps it open (docs.slack.dev, Modals, Displaying errors in views). */
export interface FormErrors {
  readonly response_action: 'errors';
  /** Block id -> what is wrong. */
  readonly errors: Record<string, string>;
}

/** A submitted form that still waits for its ack; Slack shows it with what was typed until then, for 3 s. */
export interface OpenForm {
  /** Says at a field why it is refused, and leaves the form open with what was typed. False when it was acknowledged already. */
  refuse(field: string, why: string): Promise<boolean>;
  /** Acknowledges it, so that it closes; does nothing when it was acknowledged already. */
  close(): Promise<void>;
}

/** Slack gives up after 3 s; the way there and back needs some of that. */
export const FORM_WITHIN_MS = 2200;

export function openForm(ack: (answer?: FormErrors) => Promise<void>): OpenForm {
  let answered = false;
  const answer = async (says?: FormErrors): Promise<boolean> => {
    if (answered) return false;
    answered = true;
    await ack(says);
    return true;
  };
  return {
    refuse: (field, why) => answer({ response_action: 'errors', errors: { [field]: why } }),
    close: async () => void (await answer()),
  };
}
