import { describe, expect, it } from 'vitest';
import { IncidentName } from '../../src/core/incident-name.ts';
import { SituationWord } from '../../src/core/situation-word.ts';

const refusalOf = (word: string) => SituationWord.safeParse(word).error?.issues[0]?.message ?? 'none';

describe('what is typed on a phone', () => {
  it('finds a situation by a part of its name, and never lists fifty', () => {
    expect(refusalOf('lag')).toBe('there is no such situation; did you mean replication-lag');
    expect(refusalOf('slot')).toContain('slot-inactive or slot-nearly-lost');
    expect(refusalOf('slot-inactve')).toContain('slot-inactive');
    expect(refusalOf('zzzz').length).toBeLessThan(150);
  });

  it('may begin with a large letter where it is an id', () => {
    expect(IncidentName.parse('I4k2m9xq')).toBe('i4k2m9xq');
  });
});
