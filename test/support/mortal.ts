/** One process that stops for good, or until it is thawed, at its n-th write or effect: before it or after it. */
export interface Mortal {
  /** The same object with a point to die before and after each call of each of its functions, nested ones too. */
  around<T extends object>(parts: T): T;
  /** Resolves when it is stopped. */
  readonly stopped: Promise<void>;
  thaw(): void;
  /** Points passed so far. */
  points(): number;
}

export function mortal(dieAt: number): Mortal {
  let point = 0;
  let frozen: Promise<void> | undefined;
  const stopped = signalled();
  const thawed = signalled();
  const pass = async () => {
    point += 1;
    if (point === dieAt) {
      frozen = thawed.promise;
      stopped.resolve();
    }
    await frozen;
  };
  const around = <T extends object>(parts: T): T =>
    new Proxy(parts, {
      get(target, name, receiver): unknown {
        const value: unknown = Reflect.get(target, name, receiver);
        if (value !== null && typeof value === 'object') return around(value);
        if (typeof value !== 'function' || SYNCHRONOUS.includes(name)) return value;
        return async (...args: unknown[]) => {
          await pass();
          const result: unknown = await Reflect.apply(value, target, args);
          await pass();
          return result;
        };
      },
    });
  return { around, stopped: stopped.promise, thaw: () => thawed.resolve(), points: () => point };
}

const SYNCHRONOUS: readonly (string | symbol)[] = ['now'];

/** Promise.withResolvers, which Node 20 lacks. */
function signalled() {
  let resolve: () => void = () => undefined;
  const promise = new Promise<void>((done) => {
    resolve = done;
  });
  return { promise, resolve: () => resolve() };
}
