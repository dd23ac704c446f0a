/** `pg1`, `pg1 and pg2`, `pg1, pg2 and pg3`; `nobody` for none. */
export function joinNames(names: readonly string[]): string {
  const last = names.at(-1);
  if (last === undefined) return 'nobody';
  return names.length === 1 ? last : `${names.slice(0, -1).join(', ')} and ${last}`;
}
