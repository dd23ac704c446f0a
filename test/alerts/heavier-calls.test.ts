import { describe, expect, it } from 'vitest';
import type { Signal } from '../../src/core/signal.ts';
import { callingWorld, conditionAt } from '../support/desk-world.ts';

const first = conditionAt(0, 'raised');
const heavier = (seconds: number): Signal => conditionAt(seconds, 'worsened', { severity: 'critical', rises: 1 });
const another = (seconds: number, kind: 'raised' | 'cleared') =>
  conditionAt(seconds, kind, { key: 'disk-full pg3', about: 'pg3', severity: 'critical' });

describe('whom an incident calls that grows heavier', () => {
  it('are also those whom an earlier release told of it, which did not note how much it weighed then', async () => {
    const of = callingWorld();
    await of.tell(first);
    await of.tick();
    const { pagedAs: _, ...earlier } = of.incident(first.id);
    of.kept.incidents.set(first.id, earlier);
    await of.restart();
    await of.tell(heavier(600), first.id);
    await of.tick();
    await of.tick();
    expect(of.kept.pages.map(({ page }) => page.severity)).toEqual(['warning', 'critical']);
  });

  it('are those of the next step although it falls and rises again and again, sooner than that is due', async () => {
    const of = callingWorld();
    await of.tell(first);
    for (const seconds of [200, 400, 600]) {
      await of.tell(another(seconds, 'raised'), first.id);
      await of.tick();
      if (seconds === 600) break;
      await of.tell(another(seconds + 100, 'cleared'), first.id);
      await of.tick();
      expect(of.incident(first.id).severity).toBe('warning');
    }
    expect(of.incident(first.id).escalations).toMatchObject([{ step: 0 }]);
  });
});
