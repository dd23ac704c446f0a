import type { KeptFolder } from '../core/data-directory.ts';

/** Reads the lines `name/seconds/bytes/claim` of `listKept`; a line of another form is nothing of ours. */
export function parseKept(text: string, dataDirectory: string): readonly KeptFolder[] {
  const base = dataDirectory.split('/').at(-1) ?? '';
  return text.split('\n').flatMap((line) => {
    const [, name, seconds, bytes, claim] = /^([^/]+)\/(\d{1,12})\/(\d{1,18})\/([A-Za-z0-9.-]*)$/.exec(line) ?? [];
    if (name === undefined || claim === undefined || !name.startsWith(`${base}.`)) return [];
    const run = /(?:^|-)(r[a-z0-9]{6,16})(?:-|$)/.exec(claim)?.[1];
    const suffix = name.slice(base.length + 1);
    const path = `${dataDirectory}.${suffix}`;
    return [{ suffix, path, bytes: Number(bytes), sinceMs: Number(seconds) * 1000, ...(run ? { run } : {}) }];
  });
}
