import { TrunklineError } from './errors.ts';

/** Refused because of what was given for one thing, such as a code; whoever asked for it in a form can say so there. */
export class FieldRefusal extends TrunklineError {
  /** Its name in a form. */
  readonly field: string;
  constructor(field: string, message: string, hint: string) {
    super('refusal', message, hint);
    this.field = field;
  }
}
