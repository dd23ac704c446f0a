import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { saveFiles } from '../../src/cli/save-files.ts';

const folder = mkdtempSync(join(tmpdir(), 'trunkline-out-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const file = (name: string, content = 'x') => ({
  ...{ name, title: `Lag \u001b[31mof billing`, alt: 'a' },
  base64: Buffer.from(content).toString('base64'),
});

describe('the files of an answer', () => {
  it('are offered, and written only where one asks for it', () => {
    expect(saveFiles([file('lag.png')], undefined)).toEqual(['With it: Lag [31mof billing (lag.png); --out FOLDER saves it.']);
    const out = join(folder, 'new');
    expect(saveFiles([file('lag.png', 'picture')], out)).toEqual([`Saved: Lag [31mof billing: ${out}/lag.png`]);
    expect(readFileSync(join(out, 'lag.png'), 'utf8')).toBe('picture');
    expect(statSync(join(out, 'lag.png')).mode & 0o777).toBe(0o600);
  });

  it('never overwrite what is there, lead out of the folder or hide in it', () => {
    const out = join(folder, 'kept');
    saveFiles([file('lag.png', 'first')], out);
    expect(saveFiles([file('lag.png', 'second')], out)[0]).toContain('it is there already');
    saveFiles(
      ['../../etc/passwd', '.bashrc', '--flag', '\u202egnp.exe', '/abs/x', '..'].map((name) => file(name)),
      out,
    );
    expect(readdirSync(out).sort()).toEqual(['abs-x', 'bashrc', 'etc-passwd', 'file', 'flag', 'gnp.exe', 'lag.png'].sort());
    expect(readFileSync(join(out, 'lag.png'), 'utf8')).toBe('first');
  });
});
