import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { asError } from '../core/errors.ts';
import { codeOf } from '../core/network-clause.ts';
import { oneLine } from '../core/one-line.ts';
import type { WireFile } from './wire-message.ts';

/** Writes the files of an answer into a folder, or says how to have them; a line for each. No file is ever overwritten. */
export function saveFiles(files: readonly WireFile[], folder: string | undefined): readonly string[] {
  if (files.length === 0) return [];
  if (folder === undefined)
    return [
      `With it: ${files.map(({ title, name }) => `${oneLine(title)} (${safeName(name)})`).join(', ')}; --out FOLDER saves it.`,
    ];
  return files.map(({ name, title, base64 }) => {
    const path = join(folder, safeName(name));
    try {
      mkdirSync(folder, { recursive: true });
      writeFileSync(path, Buffer.from(base64, 'base64'), { flag: 'wx', mode: 0o600 });
      return `Saved: ${oneLine(title)}: ${path}`;
    } catch (error) {
      const why = codeOf(error) === 'EEXIST' ? 'it is there already' : asError(error).message;
      return `Not saved: ${oneLine(title)}: ${path}: ${why}`;
    }
  });
}

/** A name chosen elsewhere must not lead out of the folder, nor hide. */
function safeName(name: string): string {
  return (
    oneLine(name)
      .replace(/[^\p{L}\p{N}._-]+/gu, '-')
      .replace(/^[.-]+/u, '')
      .slice(0, 100) || 'file'
  );
}
