/**
 * One call at a time for each key: those who ask while one is under way share the next, which begins after they asked, so that each sees
 * what was there when it asked. What is returned is shared as well: do not change it.
 */
export function shareNext<T>(call: (key: string) => Promise<T>): (key: string) => Promise<T> {
  const underWay = new Map<string, { readonly now: Promise<T>; next?: Promise<T> }>();
  const begin = (key: string): Promise<T> => {
    const now = call(key).finally(() => {
      if (underWay.get(key)?.now === now) underWay.delete(key);
    });
    underWay.set(key, { now });
    return now;
  };
  return (key) => {
    const running = underWay.get(key);
    if (!running) return begin(key);
    running.next ??= running.now.then(
      () => begin(key),
      () => begin(key),
    );
    return running.next;
  };
}
