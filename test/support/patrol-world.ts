import type { Look } from '../../src/alerts/conditions/observation.ts';
import { createPatrol, type Patrol, type PatrolOptions, type Post } from '../../src/alerts/patrol.ts';
import type { PatrolLeases } from '../../src/alerts/patrol-lease.ts';
import type { SignalClaim, SignalStore } from '../../src/alerts/ports.ts';
import type { JsonObject } from '../../src/core/json.ts';
import type { Signal } from '../../src/core/signal.ts';
import { plainSetting, thresholds } from './patrol-sight.ts';
import { quietLog } from './quiet-log.ts';
import type { VirtualClock } from './virtual-clock.ts';

export const nothing: Look = { observations: [], blind: [], memory: {} };
export const gone: Look = {
  ...nothing,
  observations: [{ situation: 'member-gone', about: 'pg3', says: 'pg3 is gone', joins: [], provides: [] }],
};
const settings = { of: () => plainSetting, thresholds };

export function post(name: string, look: Post['look'] = async () => nothing): Post {
  return { name, settings, look, ourRunWorks: async () => false };
}

/** The store of all bots: leases with an end, states, and each raise and clear once; away when told so. */
export function fakeStore(clock: VirtualClock) {
  const holders = new Map<string, { bot: string; untilMs: number }>();
  const states = new Map<string, Readonly<Record<string, JsonObject>>>();
  const known = new Map<string, string>();
  const store = { away: false, kept: [] as Signal[], bot };
  function here() {
    if (store.away) throw new Error('connection refused');
  }
  const signals: Pick<SignalStore, 'position' | 'commit'> = {
    async position(watch) {
      here();
      const found = states.get(watch);
      return found && { revision: 0, clusterId: 'patrol', atMs: 0, states: found };
    },
    async commit({ watch, states: more, signals: all }) {
      here();
      states.set(watch, { ...states.get(watch), ...more });
      return all.map(claimed);
    },
  };
  function claimed(signal: Signal): SignalClaim {
    const key = `${signal.cluster} ${signal.condition?.key}`;
    const isRaise = signal.kind === 'raised';
    const told = isRaise === known.has(key);
    const incident = known.get(key) ?? signal.id;
    if (isRaise) known.set(key, incident);
    if (signal.kind === 'cleared') known.delete(key);
    if (!told) store.kept.push(signal);
    return { signal, incident, verdict: told ? 'told' : 'ours', again: false };
  }
  function bot(name: string, posts: readonly Post[], options: Partial<PatrolOptions> = {}) {
    const leases: PatrolLeases = {
      async hold(wanted, forMs) {
        here();
        return wanted.filter((one) => {
          const held = holders.get(one);
          if (held && held.bot !== name && held.untilMs > clock.now()) return false;
          holders.set(one, { bot: name, untilMs: clock.now() + forMs });
          return true;
        });
      },
      async release(mine) {
        here();
        for (const one of mine) if (holders.get(one)?.bot === name) holders.delete(one);
      },
      free: async () => [],
    };
    const told: { kind: Signal['kind']; incident: string; recorded: boolean }[] = [];
    const recorded: string[] = [];
    const handedOver: string[] = [];
    const desk: PatrolOptions['desk'] = {
      async handle({ signal, incident, recorded: isRecorded }) {
        told.push({ kind: signal.kind, incident, recorded: isRecorded });
      },
      async recorded(_signal, incident) {
        recorded.push(incident);
      },
      movedTo: async () => undefined,
      handedOver: (incident) => void handedOver.push(incident),
    };
    const patrol = createPatrol({ posts, leases, store: signals, desk, clock, log: quietLog, ...options });
    return { patrol, told, recorded, handedOver };
  }
  return store;
}

/** Lets the patrols tick for so many seconds. */
export async function run(clock: VirtualClock, patrols: readonly Patrol[], seconds: number): Promise<void> {
  const go = async () => {
    for (let half = 0; half < 2 * seconds; half += 1) {
      await Promise.all(patrols.map((patrol) => patrol.tick()));
      await clock.sleep(500);
    }
  };
  await clock.drive(go());
}
