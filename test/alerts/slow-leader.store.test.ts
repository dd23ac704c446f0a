import { describe, expect, it } from 'vitest';
import { startProbeWatch } from '../../src/alerts/probe-watch.ts';
import { emptyState } from '../../src/alerts/scope-state.ts';
import { probeOf } from '../../src/compose/leader-probe.ts';
import { systemClock } from '../../src/core/clock.ts';
import type { Signal } from '../../src/core/signal.ts';
import { createPatroni } from '../../src/patroni/patroni.ts';
import { httpServer } from '../support/http-server.ts';
import { quietLog } from '../support/quiet-log.ts';
import { until } from '../support/until.ts';

const patroniAt = (url: string) => createPatroni({ members: [{ name: 'pg1', url }], clock: systemClock, timeoutMs: 1000 });

/** The real client against a real server, forty leaders at a time. */
async function slowLeaders(answerMs: number, status: number) {
  const server = await httpServer((_, response) => void setTimeout(() => response.writeHead(status).end('{}'), answerMs));
  const names = Array.from({ length: 40 }, (_, i) => `c${i}`);
  const patronis = new Map(names.map((name) => [name, patroniAt(server.url)]));
  const signals: Signal[] = [];
  let answers = 0;
  const stop = startProbeWatch({
    ...{ clusters: names, clock: systemClock, log: quietLog, everyMs: 100, silentMs: 300 },
    async probeLeader(cluster) {
      const probe = probeOf(await patronis.get(cluster)?.member('pg1'));
      if (probe.kind === 'answered') answers += 1;
      return probe;
    },
    probeSql: async () => ({ kind: 'silent', why: 'no answer' }),
    state: () => ({ ...emptyState, leader: 'pg1', leaderRevision: 3, timeline: 4 }),
    clusterId: () => '77',
    add: (_, signal) => signals.push(signal),
  });
  return {
    signals,
    answers: () => answers,
    async stop() {
      stop();
      for (const patroni of patronis.values()) patroni.close();
      await server.close();
    },
  };
}

describe('a Patroni that answers slowly', () => {
  it('is never told for 1,000 answers near the bound, though SQL is silent and each answer is an error', async () => {
    const leaders = await slowLeaders(600, 503);
    await until(() => leaders.answers() >= 1000, 30_000);
    expect(leaders.signals).toEqual([]);
    await leaders.stop();
  });

  it('is told when its answers come after the bound, so that the test above proves something', async () => {
    const leaders = await slowLeaders(3000, 200);
    await until(() => leaders.signals.length === 40, 15_000);
    expect(leaders.signals[0]?.evidence).toContain('REST: no answer within 1 s');
    await leaders.stop();
  });
});
