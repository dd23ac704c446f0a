import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PERMISSIONS } from '../../src/core/person.ts';
import { whyNot } from '../../src/gate/authorise.ts';
import type { Ceiling, Extent } from '../../src/gate/rights.ts';
import { config, HOME, person } from './gate-of.ts';

const clusters = config.clusters;
const runbooks = ['switchover', 'reinit'];
const some = <T>(of: readonly T[]) => fc.option(fc.subarray([...of]), { nil: undefined });
const extent: fc.Arbitrary<Extent> = fc.record({
  clusters: some(clusters.map(({ name }) => name)),
  environments: some(clusters.map(({ environment }) => environment)),
  runbooks: some(runbooks),
});
const ceiling: fc.Arbitrary<Ceiling> = fc.tuple(fc.subarray([...PERMISSIONS]), extent).map(([may, where]) => ({ may, ...where }));
const grants = fc.array(
  ceiling.map((one) => ({ role: 'any', users: ['U0VIEWER'], groups: [], ...one })),
  { maxLength: 3 },
);
const question = fc.record({
  need: fc.constantFrom(...PERMISSIONS),
  subject: fc.option(
    fc.record({
      cluster: fc.constantFrom('billing', 'shop', 'nowhere'),
      runbook: fc.constantFrom<(string | undefined)[]>('switchover', 'reinit', undefined),
    }),
    { nil: undefined },
  ),
});
const channel = { id: 'C0OPS000', name: 'ops', isExternallyShared: false, isDirectMessage: false };

describe('rights, whatever is granted', () => {
  it('are never more in a channel than without one, and never more than its ceiling', () => {
    fc.assert(
      fc.property(grants, ceiling, question, (given, most, { need, subject }) => {
        const rules = { homeTeamId: HOME, clusters, grants: given, ceilings: { byChannel: { [channel.id]: most } } };
        const may = (here: boolean, from = given) =>
          whyNot({ person: person(), ...(here ? { channel } : {}) }, { ...rules, grants: from }, need, subject) === undefined;
        const everything = [{ role: 'all', may: [...PERMISSIONS], users: ['U0VIEWER'], groups: [] }];
        if (may(true)) {
          expect(may(false), 'the person has it').toBe(true);
          expect(may(true, everything), 'the ceiling allows it').toBe(true);
        }
      }),
    );
  });

  it('let nobody do anything to a cluster that they may not see', () => {
    fc.assert(
      fc.property(grants, question, (given, { need, subject }) => {
        const rules = { homeTeamId: HOME, clusters, grants: given, ceilings: { byChannel: {} } };
        const ask = (what: typeof need) => whyNot({ person: person() }, rules, what, subject);
        if (subject && ask(need) === undefined) expect(ask('see')).toBeUndefined();
        if (subject && ask('see') !== undefined) expect(ask(need)).toMatchObject({ hidden: true });
      }),
    );
  });

  it('are none without a grant', () => {
    fc.assert(
      fc.property(ceiling, question, (most, { need, subject }) => {
        const rules = { homeTeamId: HOME, clusters, grants: [], ceilings: { byChannel: { [channel.id]: most } } };
        expect(whyNot({ person: person(), channel }, rules, need, subject)).toBeDefined();
      }),
    );
  });
});
