/** A deep copy of plain data; several times quicker than structuredClone, and the sweeps make millions. */
export function copyOf<T>(value: T): T {
  if (Array.isArray(value)) return value.map(copyOf) as T;
  if (typeof value !== 'object' || value === null) return value;
  const copied: Record<string, unknown> = {};
  for (const key of Object.keys(value)) copied[key] = copyOf((value as Record<string, unknown>)[key]);
  return copied as T;
}
