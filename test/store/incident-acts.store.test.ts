import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { incidentOf } from '../../src/alerts/apply-signal.ts';
import type { AuditFacts } from '../../src/core/audit-facts.ts';
import { systemClock } from '../../src/core/clock.ts';
import { incidentName } from '../../src/core/incident-name.ts';
import { createAudit } from '../../src/store/audit.ts';
import { createIncidentActs } from '../../src/store/incident-acts.ts';
import { createIncidents } from '../../src/store/incidents.ts';
import { keysOf } from '../../src/store/keys.ts';
import { createSilences } from '../../src/store/silences.ts';
import { lossAt } from '../support/desk-world.ts';
import { quietLog } from '../support/quiet-log.ts';
import { type RedisServer, startRedisServer } from '../support/redis-server.ts';

let server: RedisServer;
let count = 0;
beforeAll(async () => {
  server = await startRedisServer();
});
afterAll(() => server.stop());

function world() {
  count += 1;
  const prefix = `acts-${count}`;
  const redis = server.client();
  const audit = createAudit(redis, keysOf(prefix));
  return {
    redis,
    prefix,
    audit,
    acts: createIncidentActs(redis, prefix, audit, quietLog),
    silences: createSilences(redis, prefix, { audit, clock: systemClock }),
    incidents: createIncidents(redis, prefix),
  };
}
const facts = (what: string): AuditFacts => ({ atMs: 5, who: 'U0ANNA', via: 'slack', what, result: 'kept' });

describe('what people do with incidents', () => {
  it('is handed to the owner in order, each once by how many it has folded in, with its audit entry', async () => {
    const { acts, audit } = world();
    await acts.add('i1', { act: 'acknowledge', by: 'U0ANNA', atMs: 5 }, facts('incident.acknowledge'));
    await acts.add('i1', { act: 'resolve', by: 'U0BOB', atMs: 6, reason: 'done' }, facts('incident.resolve'));
    const wanted = [
      { incident: 'i1', folded: 1 },
      { incident: 'i2', folded: 0 },
    ];
    expect(await acts.since(wanted)).toMatchObject([{ incident: 'i1', acts: [{ act: 'resolve', by: 'U0BOB' }] }]);
    expect((await audit.read(1, 9)).map(({ what }) => what)).toEqual(['incident.acknowledge', 'incident.resolve']);
  });

  it('is passed over when a newer release wrote it, so that what follows is still folded in', async () => {
    const { acts, redis, prefix } = world();
    await redis.rpush(`{${prefix}}:acts:i1`, '{"act":"hug"}');
    await acts.add('i1', { act: 'note', by: 'U0ANNA', atMs: 5, note: 'x' }, facts('incident.note'));
    expect(await acts.since([{ incident: 'i1', folded: 0 }])).toMatchObject([{ acts: [undefined, { act: 'note' }] }]);
  });
});

describe('silences', () => {
  it('are listed until they end, and ended once', async () => {
    const { silences } = world();
    const nowMs = Date.now();
    const silence = { id: 's1', cluster: 'billing', by: 'U0ANNA', reason: 'x', fromMs: nowMs, untilMs: nowMs + 60_000 };
    await silences.add(silence, facts('silence.add'));
    await silences.add({ ...silence, id: 's2', untilMs: nowMs - 1 }, facts('silence.add'));
    expect((await silences.list()).map(({ id }) => id)).toEqual(['s1']);
    expect(await silences.get('s2')).toMatchObject({ id: 's2' });
    expect([await silences.end(silence, facts('silence.end')), await silences.end(silence, facts('silence.end'))]).toEqual([
      'ended',
      'none',
    ]);
    expect(await silences.list()).toEqual([]);
  });
});

describe('incidents', () => {
  it('are found by the name that people type, also when they are over', async () => {
    const { incidents } = world();
    const loss = incidentOf(lossAt(0), '77-5-billing', 'alerts');
    await incidents.save(loss);
    await incidents.save({ ...incidentOf(lossAt(60), '77-9-billing', 'alerts'), resolvedAtMs: lossAt(90).atMs });
    expect((await incidents.named(incidentName('77-9-billing')))?.id).toBe('77-9-billing');
    expect((await incidents.recent(10)).map(({ id }) => id)).toEqual(['77-9-billing', '77-5-billing']);
    expect((await incidents.open()).map(({ id }) => id)).toEqual(['77-5-billing']);
  });
});
