/**
 * An etcd that was restored from a snapshot counts revisions again that it had counted before, often under the same cluster id. The ids
 * of signals are made of both, so each time it went back the id gets a count: `1234r1`.
 */
export function generationOf(
  survey: { readonly clusterId: string; readonly revision: number },
  position: { readonly clusterId: string; readonly revision: number } | undefined,
): { readonly clusterId: string; readonly isRestored: boolean } {
  if (!position) return { clusterId: survey.clusterId, isRestored: false };
  const [base, count = '0'] = position.clusterId.split('r');
  if (base !== survey.clusterId) return { clusterId: survey.clusterId, isRestored: true };
  if (position.revision <= survey.revision) return { clusterId: position.clusterId, isRestored: false };
  return { clusterId: `${base}r${Number(count) + 1}`, isRestored: true };
}
