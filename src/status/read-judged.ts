import type { ClusterInfo } from '../core/cluster.ts';
import { asError } from '../core/errors.ts';
import type { View } from '../core/view.ts';
import { judge } from './judge.ts';
import type { Judged } from './overview-message.ts';

/** Reads and judges one of many clusters; one that fails says why and does not hold up the others. */
export async function readJudged(view: View, { name, environment }: ClusterInfo): Promise<Judged> {
  const reading = { source: `snapshot of ${name}`, atMs: view.now() };
  try {
    const value = judge(await view.snapshot(name), view.limits(name));
    return { cluster: name, environment, judgement: { ok: true, value, ...reading } };
  } catch (thrown) {
    return { cluster: name, environment, judgement: { ok: false, why: asError(thrown).message, ...reading } };
  }
}
