import { describe, expect, it } from 'vitest';
import { loadConfig } from '../../src/config/load.ts';
import { canonicalJson, JsonObjectSchema } from '../../src/core/json.ts';
import { Run } from '../../src/core/run.ts';
import { decodeScope } from '../../src/etcd/decode.ts';
import { runOf } from '../support/run-of.ts';

const POISON = '{"__proto__":{"polluted":true},"constructor":{"prototype":{"polluted":true}}}';
const isClean = () => expect(Reflect.get({}, 'polluted')).toBeUndefined();

describe('a hostile configuration', () => {
  it('of aliases that grow without end is refused at once', () => {
    const lines = Array.from({ length: 12 }, (_, at) => `a${at + 1}: &a${at + 1} [${Array(9).fill(`*a${at}`).join(', ')}]`);
    const began = performance.now();
    expect(() => loadConfig(['a0: &a0 [x, x, x]', ...lines].join('\n'), 'bomb.yml')).toThrow();
    expect(performance.now() - began).toBeLessThan(3000);
  });

  it('of prototype keys, merges and tags changes no object', () => {
    for (const text of [
      '__proto__:\n  polluted: true',
      '"constructor": {prototype: {polluted: true}}',
      'a: &a {polluted: true}\n<<: *a',
    ])
      expect(() => loadConfig(text, 'poison.yml')).toThrow();
    isClean();
  });
});

describe('hostile JSON of a store or of etcd', () => {
  it('changes no object', () => {
    const poison: unknown = JSON.parse(POISON);
    const input = JsonObjectSchema.safeParse(poison);
    if (input.success) canonicalJson(input.data);
    Run.safeParse(JSON.parse(JSON.stringify(runOf()).replace('{', `{"__proto__":{"polluted":true},`)));
    const keys = ['members/__proto__', 'members/constructor', 'config', 'sync', 'failsafe', '__proto__', 'constructor'];
    const entries = keys.map((key) => ({ key: `/service/billing/${key}`, value: POISON }));
    decodeScope('/service/billing/', { revision: 1, entries });
    isClean();
  });
});
