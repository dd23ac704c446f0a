import { describe, expect, it } from 'vitest';
import { ALL_A_MINUTE, boundRefusals, EACH_A_MINUTE } from '../../src/audit/refusal-bound.ts';
import type { AuditFacts } from '../../src/core/audit-facts.ts';
import { quietLog } from '../support/quiet-log.ts';
import { factsOf } from '../support/store-of.ts';
import { virtualClock } from '../support/virtual-clock.ts';

const refusalOf = (who: string, what = 'run.approve') =>
  factsOf({ who, what, result: 'refused', why: 'you asked for this', run: 'r1' });

function bounded() {
  const lines: AuditFacts[] = [];
  let minute = async () => undefined as unknown;
  const clock = {
    ...virtualClock(),
    every: (_: number, task: () => Promise<void>) => {
      minute = task;
      return () => undefined;
    },
  };
  const bound = boundRefusals({ append: async (facts) => void lines.push(facts) }, { clock, log: quietLog });
  bound.start();
  return { lines, bound, minute: () => minute() };
}

describe('refusals in the audit log', () => {
  it('are all written while a person makes few', async () => {
    const { lines, bound } = bounded();
    for (let i = 0; i < EACH_A_MINUTE; i += 1) await bound.append(refusalOf('U0ANNA'));
    expect(lines).toHaveLength(EACH_A_MINUTE);
  });

  it('of one person beyond ten in a minute are counted into one line, by kind', async () => {
    const { lines, bound, minute } = bounded();
    for (let i = 0; i < 500; i += 1) await bound.append(refusalOf('U0ANNA', i % 2 === 0 ? 'run.approve' : 'command.status'));
    expect(lines).toHaveLength(EACH_A_MINUTE);
    await minute();
    expect(lines).toHaveLength(EACH_A_MINUTE + 1);
    expect(lines.at(-1)).toMatchObject({
      who: 'U0ANNA',
      times: 490,
      why: 'and 490 more within a minute: run.approve 245, command.status 245',
    });
    expect(lines.at(-1)?.run, 'it stands for several runs').toBeUndefined();
    await bound.append(refusalOf('U0ANNA'));
    expect(lines.at(-1), 'the next minute begins anew').toEqual(refusalOf('U0ANNA'));
  });

  it('of any number of people with any names are bounded too, and none is lost', async () => {
    const { lines, bound, minute } = bounded();
    for (let i = 0; i < 5000; i += 1) await bound.append(refusalOf(`U0${i % 1000}`));
    expect(lines).toHaveLength(ALL_A_MINUTE);
    await minute();
    expect(lines.length).toBeLessThanOrEqual(2 * ALL_A_MINUTE + 1);
    expect(lines.reduce((sum, { times = 1 }) => sum + times, 0)).toBe(5000);
  });

  it('do not hold back what is no refusal', async () => {
    const { lines, bound } = bounded();
    for (let i = 0; i < 300; i += 1) await bound.append(factsOf({ result: 'queued' }));
    expect(lines).toHaveLength(300);
  });

  it('that were only counted are written when the program stops', async () => {
    const { lines, bound } = bounded();
    for (let i = 0; i < 20; i += 1) await bound.append(refusalOf('U0ANNA'));
    await bound.stop();
    expect(lines.at(-1)).toMatchObject({ times: 10 });
  });
});
