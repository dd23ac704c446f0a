import { setMaxListeners } from 'node:events';
import type { Page, PageResult } from '../core/page.ts';
import type { Target } from './target.ts';
import { createWay, type WayOptions } from './way.ts';

export interface PagingOptions extends WayOptions {
  readonly targets: readonly Target[];
}

/** The targets beside Slack. */
export interface Paging {
  /** Never rejects. What is told of one incident reaches each target in its order; targets wait for nobody. */
  tell(page: Page, targets: readonly string[]): Promise<readonly PageResult[]>;
  /** Since when (epoch milliseconds) the oldest page waits that is not delivered. */
  oldest(): number | undefined;
  /** Ends the tries. */
  stop(): void;
}

export function createPaging(options: PagingOptions): Paging {
  const stopped = new AbortController();
  // Each waiting page listens; many at once are no leak.
  setMaxListeners(0, stopped.signal);
  const ways = new Map(options.targets.map((target) => [target.name, createWay(target, options, stopped.signal)]));
  return {
    tell: (page, names) =>
      Promise.all(
        [...new Set(names)].map(async (name) => {
          const way = ways.get(name);
          return way ? way.tell(page) : { target: name, ok: false, why: 'there is no such target in the configuration' };
        }),
      ),
    oldest: () => {
      const all = [...ways.values()].flatMap((way) => way.since());
      return all.length === 0 ? undefined : Math.min(...all);
    },
    stop: () => stopped.abort(),
  };
}
