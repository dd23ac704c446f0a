import type { Journal, Run } from '../core/run.ts';

export interface Teller {
  /** Shows a run soon; of several in a row only the latest. */
  show(run: Run, journal: Journal): void;
  /** Resolves when the latest was shown. */
  settled(): Promise<void>;
}

/** Shows one run's changes in order, one at a time, without holding up the one who changes it. `tell` never rejects. */
export function openTeller(tell: (run: Run, journal: Journal) => Promise<void>): Teller {
  let latest: { readonly run: Run; readonly journal: Journal } | undefined;
  let telling: Promise<void> | undefined;

  const tellAll = async () => {
    while (latest) {
      const { run, journal } = latest;
      latest = undefined;
      await tell(run, journal);
    }
    telling = undefined;
  };

  return {
    show(run, journal) {
      latest = { run, journal };
      telling ??= tellAll();
    },
    settled: async () => telling,
  };
}
