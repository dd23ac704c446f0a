import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { loadConfig } from '../src/config/load.ts';
import { renderSudoers } from '../src/render-sudoers.ts';

const example = readFileSync(new URL('../docs/trunkline.example.yml', import.meta.url), 'utf8');

describe('what sudo must allow', () => {
  it('is one text for a host that has both HAProxy and PgBouncer, as one file is put there', () => {
    const text = renderSudoers(loadConfig(example, 'trunkline.example.yml'));
    const own = text.split('# /etc/sudoers.d/trunkline').filter((part) => part.includes('#   lb1 of billing'));
    expect(own).toHaveLength(1);
    expect(own[0]).toMatch(/set\tserver/);
    expect(own[0]).toMatch(/systemd-run \^--property=User=\w+ .* billing\$/);
    expect(own[0]).not.toMatch(/pg_controldata|postgresql@/);
  });
});
