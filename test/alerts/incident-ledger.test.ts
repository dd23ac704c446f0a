import { describe, expect, it } from 'vitest';
import { incidentOf } from '../../src/alerts/apply-signal.ts';
import { createIncidentLedger } from '../../src/alerts/incident-ledger.ts';
import type { AuditFacts } from '../../src/core/audit-facts.ts';
import { refusal, unauthorised } from '../../src/core/errors.ts';
import type { Incident } from '../../src/core/incident.ts';
import type { IncidentAct } from '../../src/core/incident-act.ts';
import { incidentName } from '../../src/core/incident-name.ts';
import type { Asker } from '../../src/core/person.ts';
import type { Silence } from '../../src/core/silence.ts';
import { conditionAt, lossAt } from '../support/desk-world.ts';
import { virtualClock } from '../support/virtual-clock.ts';

const anna: Asker = { userId: 'U0ANNA', teamId: 'T1', userName: 'anna', channelId: 'C1', via: 'slack' };

/** `may`: the cluster -> what anna may do there; clusters that are not in it she does not see. */
function setUp(incidents: readonly Incident[], may: Readonly<Record<string, readonly string[]>> = { billing: ['see', 'ask'] }) {
  const acts: { readonly incident: string; readonly act: IncidentAct; readonly audit: AuditFacts }[] = [];
  const audited: AuditFacts[] = [];
  const silences = new Map<string, Silence>();
  const clock = virtualClock();
  const ledger = createIncidentLedger({
    incidents: {
      named: async (name) => incidents.find(({ id }) => incidentName(id) === name),
      recent: async () => incidents,
    },
    acts: { add: async (incident, act, audit) => void acts.push({ incident, act, audit }) },
    silences: {
      async add(silence, audit) {
        silences.set(silence.id, silence);
        audited.push(audit);
      },
      end: async ({ id }) => (silences.delete(id) ? 'ended' : 'none'),
      get: async (id) => silences.get(id),
      list: async () => [...silences.values()],
    },
    gate: {
      async admit(_by, need, { cluster }) {
        if (!may[cluster]) throw refusal(`there is no cluster '${cluster}'`, 'Known: none.');
        if (!may[cluster].includes(need)) throw unauthorised(`you may not ${need} on ${cluster}`, 'Ask.');
      },
    },
    audit: { append: async (facts) => void audited.push(facts) },
    clustersOf: (of) => (of === 'etcd main' ? ['secret', 'billing'] : [of]),
    etcdOf: (cluster) => (cluster === 'billing' ? 'etcd main' : undefined),
    clock,
  });
  return { ledger, acts, audited, silences, clock };
}

const loss = incidentOf(lossAt(0), '77-5-billing', 'alerts');
const name = incidentName(loss.id);

describe('what people do with incidents', () => {
  it('is kept beside the incident for whichever bot owns it, with its audit entry', async () => {
    const { ledger, acts } = setUp([loss]);
    expect((await ledger.acknowledge(name, anna, 'on my way')).summary).toMatch(/^Acknowledged: billing/);
    await ledger.escalate(name, anna);
    await ledger.resolve(name, anna, 'handled');
    expect(acts).toMatchObject([
      {
        incident: loss.id,
        act: { act: 'acknowledge', by: 'U0ANNA', note: 'on my way' },
        audit: { what: 'incident.acknowledge' },
      },
      { act: { act: 'escalate' }, audit: { cluster: 'billing', result: 'kept' } },
      { act: { act: 'resolve', reason: 'handled' } },
    ]);
  });

  it('is refused for one that does not exist, with the one that was meant, and audited', async () => {
    const { ledger, audited } = setUp([loss]);
    const wrong = `${name.slice(0, -1)}${name.endsWith('z') ? 'y' : 'z'}`;
    await expect(ledger.acknowledge(wrong, anna)).rejects.toMatchObject({ hint: `Did you mean ${name}?` });
    expect(audited).toMatchObject([{ what: 'incident.acknowledge', result: 'refused', who: 'U0ANNA' }]);
  });

  it('is refused for one that is resolved or acknowledged already', async () => {
    const over = setUp([{ ...loss, resolvedAtMs: 5, outcome: 'pg2 leads' }]);
    await expect(over.ledger.escalate(name, anna)).rejects.toThrow(`${name} is resolved: pg2 leads`);
    const taken = setUp([{ ...loss, acts: [{ act: 'acknowledge', by: 'U0BOB', atMs: 5 }] }]);
    await expect(taken.ledger.acknowledge(name, anna)).rejects.toThrow('is acknowledged already, by ');
  });

  it('does not exist for who may not see the cluster, and says what is missing to who may only see it', async () => {
    const blind = setUp([loss], {});
    await expect(blind.ledger.acknowledge(name, anna)).rejects.toMatchObject({
      message: `there is no incident ${name}`,
      hint: 'See `/pg incidents` for those that there are.',
    });
    const viewer = setUp([loss], { billing: ['see'] });
    await expect(viewer.ledger.acknowledge(name, anna)).rejects.toThrow('you may not ask on billing');
  });

  it('is allowed on an etcd to who may act on one of the clusters that hang on it', async () => {
    const etcd = incidentOf(conditionAt(0, 'raised', { situation: 'etcd-slow-disk' }, 'etcd main'), 'e', 'alerts');
    const { ledger, acts } = setUp([etcd]);
    await ledger.acknowledge(incidentName('e'), anna);
    expect(acts).toHaveLength(1);
  });
});

describe('silences', () => {
  const terms = { cluster: 'billing', reason: 'storage moves', forMs: 7_200_000 };

  it('have an owner, a reason and an end, and what is about an etcd is kept for the etcd', async () => {
    const { ledger, silences, clock } = setUp([]);
    await ledger.silence({ ...terms, situation: 'etcd-slow-disk' }, anna);
    expect([...silences.values()]).toMatchObject([
      {
        cluster: 'etcd main',
        situation: 'etcd-slow-disk',
        by: 'U0ANNA',
        reason: 'storage moves',
        untilMs: clock.now() + 7_200_000,
      },
    ]);
  });

  it('of an incident cover what it is about', async () => {
    const lag = incidentOf(conditionAt(0, 'raised'), 'lag', 'alerts');
    const { ledger, silences } = setUp([lag]);
    await ledger.silenceIncident(incidentName('lag'), anna, terms);
    expect([...silences.values()]).toMatchObject([{ cluster: 'billing', situation: 'replication-lag', about: 'pg2' }]);
  });

  it('are not given for longer than seven days', async () => {
    const { ledger } = setUp([]);
    await expect(ledger.silence({ ...terms, forMs: 8 * 86_400_000 }, anna)).rejects.toThrow('a silence of 8 d is too long');
  });

  it('end by hand, and one that is over or unknown is refused in words', async () => {
    const { ledger, silences } = setUp([]);
    await ledger.silence(terms, anna);
    const [silence] = silences.values();
    if (!silence) throw new Error('nothing is silenced');
    await expect(ledger.unsilence(`${silence.id.slice(0, -1)}_`, anna)).rejects.toMatchObject({
      hint: `Did you mean ${silence.id}?`,
    });
    expect((await ledger.unsilence(silence.id, anna)).summary).toMatch(
      /^Not silenced any more: all but leader changes of billing/,
    );
    silences.set(silence.id, { ...silence, untilMs: 1 });
    await expect(ledger.unsilence(silence.id, anna)).rejects.toThrow('has ended by itself');
  });
});
