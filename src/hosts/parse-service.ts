import { z } from 'zod';
import type { Service } from '../core/server.ts';

const Shown = z.object({ LoadState: z.string().min(1), ActiveState: z.string().min(1), UnitFileState: z.string() });

/** Reads `systemctl show -p LoadState,ActiveState,UnitFileState`. @throws ZodError when one of them is missing. */
export function parseService(text: string): Service {
  const pairs = text.split('\n').flatMap((line) => {
    const [, name, value] = /^([A-Za-z]+)=(.*)$/.exec(line) ?? [];
    return name === undefined || value === undefined ? [] : [[name, value] as const];
  });
  const { LoadState, ActiveState, UnitFileState } = Shown.parse(Object.fromEntries(pairs));
  return { load: LoadState, active: ActiveState, enabled: UnitFileState };
}
