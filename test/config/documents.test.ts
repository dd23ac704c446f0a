import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { loadConfig } from '../../src/config/load.ts';
import { ConfigSchema } from '../../src/config/schema.ts';

const docs = (name: string) => readFileSync(new URL(`../../docs/${name}`, import.meta.url), 'utf8');

describe('the documents about the configuration', () => {
  it('hold an example that loads, because people copy it', () => {
    expect(loadConfig(docs('trunkline.example.yml'), 'trunkline.example.yml').clusters[0]?.name).toBe('billing');
  });

  it('hold the schema that the program checks, because editors use it (npm run schema writes it)', () => {
    expect(JSON.parse(docs('trunkline.schema.json'))).toEqual(
      JSON.parse(JSON.stringify(z.toJSONSchema(ConfigSchema, { io: 'input' }))),
    );
  });
});
