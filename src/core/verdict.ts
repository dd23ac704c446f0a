/** Whether a state holds. `impossible` settles at once: it will not hold however long one waits. */
export type Verdict =
  | { readonly holds: true; readonly says: string }
  | { readonly holds: false; readonly impossible: boolean; readonly why: string };

export const holds = (says: string): Verdict => ({ holds: true, says });
export const notYet = (why: string): Verdict => ({ holds: false, impossible: false, why });
export const impossible = (why: string): Verdict => ({ holds: false, impossible: true, why });
