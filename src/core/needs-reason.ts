import { TrunklineError } from './errors.ts';

/** Refused only because no reason was given; whoever can ask the person for one may ask, and then try again. */
export class NeedsReason extends TrunklineError {
  /** `what interrupts writes in production needs a reason`. */
  constructor(message: string, hint = 'Add --reason "why, and the ticket".') {
    super('refusal', message, hint);
  }
}
