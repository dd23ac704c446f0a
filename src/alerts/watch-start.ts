import type { Signal } from '../core/signal.ts';
import { caughtUp, type Position, positionOf, type WatchPlace } from './catch-up.ts';
import type { DcsSource, DcsSurvey } from './ports.ts';
import type { Recorder } from './recorder.ts';
import type { ScopeBook } from './scope-book.ts';
import { beginAway, reportGap, type WatchGapNeeds } from './watch-gaps.ts';

/** Where a watch begins: after what was processed by any bot. */
export interface WatchStart {
  /** Follows from there; waits up to 10 s for a store that is away, for what happens meanwhile is still in etcd and told in its order then. */
  first(survey: DcsSurvey): Promise<void>;
  /** When the store did not say it then: begins once more as soon as it does, so that what nobody processed is caught up. Call it often. */
  anew(): Promise<void>;
  unfollow(): Promise<void>;
}

interface Needs extends WatchGapNeeds {
  readonly book: ScopeBook;
  readonly at: WatchPlace;
  readonly recorder: Pick<Recorder, 'drop'>;
  add(signals: readonly Signal[]): void;
  readonly stop: AbortSignal;
}

const STORE_WITHIN_MS = 10_000;
const ASK_EVERY_MS = 500;

export function createWatchStart(needs: Needs, handlers: () => Parameters<DcsSource['follow']>[1]): WatchStart {
  const { source, clock, book, at, recorder, add, stop } = needs;
  const asked = { ...needs, now: () => clock.now() };
  let unfollow: () => Promise<void> = async () => undefined;

  const begin = async (survey: DcsSurvey, position: Position | undefined | 'unknown') => {
    const { next, signals, report } = await caughtUp(asked, book, survey, at, position);
    if (report) reportGap(needs, report, 0, at.revision);
    else beginAway(needs, at);
    add(signals);
    unfollow = source.follow({ next, clusterId: survey.clusterId }, handlers());
  };
  const soon = async () => {
    const giveUpAtMs = clock.now() + STORE_WITHIN_MS;
    for (;;) {
      const position = await positionOf(asked);
      if (position !== 'unknown' || clock.now() >= giveUpAtMs || stop.aborted) return position;
      await clock.sleep(ASK_EVERY_MS, stop).catch(() => undefined);
    }
  };
  return {
    first: async (survey) => begin(survey, await soon()),
    async anew() {
      if (at.unreadSince === undefined || stop.aborted) return;
      const position = await positionOf(asked);
      if (position === 'unknown') return;
      if (position === undefined || (position.clusterId === at.clusterId && position.revision >= at.unreadSince)) {
        delete at.unreadSince;
        return;
      }
      const survey = await source.read();
      await unfollow();
      recorder.drop();
      await begin(survey, position);
    },
    unfollow: () => unfollow(),
  };
}
