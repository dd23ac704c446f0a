const SHUTS = /\son-marked-down\s+shutdown-sessions(?:\s|$)/;

interface Section {
  readonly kind: string;
  readonly name: string | undefined;
  readonly lines: readonly string[];
}

/**
 * The servers of a backend that have no `on-marked-down shutdown-sessions` (HAProxy configuration manual, 5.2: sessions stay by
 * default), out of the section heads and server lines of haproxy.cfg. What a `default-server` says counts for its section, of
 * `defaults` for the sections below it.
 * @throws Error with a clause to show when there is no such backend.
 */
export function lingeringServers(text: string, backend: string): readonly string[] {
  const sections = sectionsOf(text);
  const at = sections.findIndex(({ kind, name }) => ['backend', 'listen'].includes(kind) && name === backend);
  const ours = sections[at];
  if (!ours) throw new Error(`its configuration file has no backend named ${backend}`);
  const defaults = sections.slice(0, at).findLast(({ kind }) => kind === 'defaults');
  if (shutsByDefault(ours) || (defaults && shutsByDefault(defaults))) return [];
  return ours.lines.flatMap((line) => {
    const server = /^\s*server\s+(\S+)\s/.exec(line)?.[1];
    return server === undefined || SHUTS.test(line) ? [] : [server];
  });
}

function shutsByDefault({ lines }: Section): boolean {
  return lines.some((line) => /^\s*default-server\s/.test(line) && SHUTS.test(line));
}

function sectionsOf(text: string): readonly Section[] {
  const sections: { kind: string; name: string | undefined; lines: string[] }[] = [];
  for (const line of text.split(/\r?\n/)) {
    const [, kind = '', name] = /^\s*([a-z-]+)(?:\s+(\S+))?/.exec(line) ?? [];
    if (kind === 'server' || kind === 'default-server') sections.at(-1)?.lines.push(line);
    else if (kind !== '') sections.push({ kind, name, lines: [] });
  }
  return sections;
}
