import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { alertGauges } from '../../src/compose/alert-gauges.ts';
import { appGauges } from '../../src/compose/app-gauges.ts';
import { systemClock } from '../../src/core/clock.ts';
import type { Incident } from '../../src/core/incident.ts';
import { createMetrics } from '../../src/observe/metrics.ts';

const Target = z.object({
  expr: z.string(),
  refId: z.string(),
  datasource: z.object({ uid: z.string().regex(/^\$\{datasource\}$/) }),
});
const Panel = z.object({
  id: z.number(),
  type: z.enum(['row', 'stat', 'timeseries']),
  title: z.string(),
  gridPos: z.object({ x: z.number(), y: z.number(), w: z.number(), h: z.number() }),
  targets: z.array(Target).default([]),
});
const Dashboard = z.object({
  uid: z.literal('trunkline'),
  panels: z.array(Panel),
  annotations: z.object({ list: z.array(z.object({ expr: z.string() })) }),
  templating: z.object({ list: z.array(z.object({ name: z.string(), type: z.string(), definition: z.string().optional() })) }),
});
const dashboard = Dashboard.parse(
  JSON.parse(readFileSync(new URL('../../docs/grafana/trunkline.json', import.meta.url), 'utf8')),
);
const expressions = [
  ...dashboard.panels.flatMap(({ targets }) => targets.map(({ expr }) => expr)),
  ...dashboard.annotations.list.map(({ expr }) => expr),
  ...dashboard.templating.list.flatMap(({ definition }) => definition ?? []),
];

/** All that a bot has. */
function metricsOf(open: readonly Pick<Incident, 'situation' | 'severity'>[] = []) {
  const metrics = createMetrics();
  const nowMs = systemClock.now();
  appGauges({ metrics, isReady: () => true, outboxDepth: () => 3 });
  alertGauges({
    metrics,
    chat: { health: () => ({ open: 2, wanted: 2, outboxDepth: 3, outboxSinceMs: nowMs - 5000 }) },
    alerts: { heard: () => new Map([['main/service/', nowMs - 7000]]), unrecorded: () => 4, untoldGaps: () => 1 },
    paging: { oldest: () => undefined },
    incidents: { open: async () => open.map((one) => ({ ...INCIDENT, ...one })) },
    clock: systemClock,
  });
  return metrics;
}
const INCIDENT: Incident = {
  ...{ version: 2, id: 'i', cluster: 'billing', situation: 'failover', severity: 'critical', cause: 'crash', says: 'x' },
  ...{ evidence: [], openedAtMs: 0, conditions: {}, timeline: [], affects: [], acts: [], escalations: [] },
  ...{ replayed: false, recorded: true, channel: 'C' },
};

/** Metric -> its labels, with those that Prometheus adds. */
async function known(): Promise<ReadonlyMap<string, readonly string[]>> {
  const all = await metricsOf().registry.getMetricsAsJSON();
  const labels = (name: string) => {
    const metric: unknown = metricsOf().registry.getSingleMetric(name);
    return z.object({ labelNames: z.array(z.string()).default([]) }).parse(metric).labelNames;
  };
  return new Map(all.map(({ name }) => [name, labels(name)]));
}
const baseOf = (name: string) => name.replace(/_(bucket|sum|count)$/, '');

describe('the dashboard for Grafana', () => {
  it('shows only metrics that a bot has, with labels that they have, so that no panel is empty by a slip', async () => {
    const metrics = await known();
    for (const expr of expressions) {
      const names = [...expr.matchAll(/\btrunkline_[a-z0-9_]+/g)].map(([name]) => baseOf(name));
      expect(names.length, expr).toBeGreaterThan(0);
      for (const name of names) {
        expect(metrics.has(name), `${name} in ${expr}`).toBe(true);
        const grouped = [...expr.matchAll(/by \(([^)]*)\)/g)].flatMap(([, list = '']) => list.split(/, */));
        const has = ['le', 'instance', ...(metrics.get(name) ?? [])];
        expect(
          grouped.filter((label) => !has.includes(label)),
          expr,
        ).toEqual([]);
      }
    }
  });

  it('shows every metric of ours, so that a new one is not forgotten', async () => {
    const ours = [...(await known()).keys()].filter((name) => !/^trunkline_(process|nodejs)_/.test(name));
    const text = expressions.join('\n');
    expect(ours.filter((name) => !text.includes(name))).toEqual([]);
  });

  it('can be used with any data source, and has a place of its own for each panel', () => {
    expect(dashboard.templating.list.map(({ name, type }) => `${name} ${type}`)).toContain('datasource datasource');
    expect(new Set(dashboard.panels.map(({ id }) => id)).size).toBe(dashboard.panels.length);
    const cells = dashboard.panels.flatMap(({ gridPos: { x, y, w, h } }) =>
      Array.from({ length: w * h }, (_, i) => `${x + (i % w)},${y + Math.floor(i / w)}`),
    );
    expect(new Set(cells).size).toBe(cells.length);
  });
});

describe('the gauges of the alerts', () => {
  it('tell what waits, what is unrecorded, how old each watch is, and the open incidents by situation', async () => {
    const { registry } = metricsOf([
      { situation: 'failover', severity: 'critical' },
      { situation: 'failover', severity: 'critical' },
    ]);
    const text = await registry.metrics();
    expect(text).toContain('trunkline_incidents_open{situation="failover",severity="critical"} 2');
    expect(text).toMatch(/trunkline_outbox_oldest_seconds 5(\.\d+)?\n/);
    expect(text).toMatch(/trunkline_etcd_watch_heard_seconds\{watch="main\/service\/"\} 7(\.\d+)?\n/);
    expect(text).toContain('trunkline_signals_unrecorded 4');
    expect(text).toContain('trunkline_gap_reports_untold 1');
    expect(text).toContain('trunkline_pages_oldest_seconds 0');
  });
});
