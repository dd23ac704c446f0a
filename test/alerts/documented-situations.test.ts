import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { catalogue } from '../../src/alerts/catalogue.ts';
import { ConditionName } from '../../src/core/situation-name.ts';
import { formatDuration } from '../../src/core/units.ts';

const page = readFileSync(fileURLToPath(new URL('../../docs/alerts.md', import.meta.url)), 'utf8');
const time = (millis: number) => (millis === 0 ? 'at once' : formatDuration(millis));

describe('the page on alerts', () => {
  it.each(ConditionName.options)('says of %s when it is told and how much it weighs, as the program does', (name) => {
    const { title, forMs, clearMs, severity } = catalogue[name];
    expect(page).toContain(`| \`${name}\` | ${title} | ${time(forMs)} | ${time(clearMs)} | ${severity} |`);
  });
});
