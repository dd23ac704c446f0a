/** Another attempt has taken over this run; this one must touch nothing any more. */
export class Fenced extends Error {
  override readonly name = 'Fenced';
  constructor(run: string) {
    super(`another worker has taken over the run ${run}`);
  }
}

/** This attempt stops between two effects, because its worker drains or lost the job; another one goes on from the journal. */
export class Interrupted extends Error {
  override readonly name = 'Interrupted';
  constructor(run: string) {
    super(`the attempt on the run ${run} was interrupted and goes on elsewhere`);
  }
}
