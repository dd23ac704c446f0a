import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const src = fileURLToPath(new URL('../../src', import.meta.url));
/** A file for a person to run; it takes a verifier and a plain name only, which test/stack/trunkline-roles-sql.test.ts holds. */
const RENDERED = 'stack/trunkline-roles-sql.ts';
const SQL =
  /\b(SELECT\b[\s\S]+\bFROM|INSERT\s+INTO|UPDATE\s+\S+\s+SET|DELETE\s+FROM|(ALTER|CREATE|DROP)\s+(SYSTEM|ROLE|USER|TABLE|DATABASE|SUBSCRIPTION|PUBLICATION)|pg_(create|drop|terminate)_\w+\()/u;
const TEMPLATE = /`(?:[^`\\]|\\[\s\S])*`/gu;
const JOINED = /(['"])(?:SELECT|INSERT|UPDATE|DELETE|ALTER|CREATE|DROP|GRANT)\s[^'"\n]*\1\s*\+/gu;

const files = readdirSync(src, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.ts'));
const textOf = (name: string) => readFileSync(join(src, name), 'utf8');

describe('SQL', () => {
  it('is a constant in every file, so that no name of a member, a slot or a person can change a statement', () => {
    const built = files.flatMap((name) => {
      const text = textOf(name);
      const templates = (text.match(TEMPLATE) ?? []).filter((one) => SQL.test(one) && one.includes('${'));
      return [...templates, ...(text.match(JOINED) ?? [])].map((one) => `${name}: ${one.slice(0, 80)}`);
    });
    expect(built.filter((one) => !one.startsWith(RENDERED))).toEqual([]);
  });

  it('would be found if it were built, as in the one file that renders some', () => {
    const found = (textOf(RENDERED).match(TEMPLATE) ?? []).filter((one) => SQL.test(one) && one.includes('${'));
    expect(found.length).toBeGreaterThan(0);
  });

  it('is sent by src/postgres alone', () => {
    const outside = files.filter((name) => !name.startsWith('postgres/') && /from 'pg'/u.test(textOf(name)));
    expect(outside).toEqual([]);
  });
});
