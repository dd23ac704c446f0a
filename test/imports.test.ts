import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('..', import.meta.url));

/** Folder of `src` -> the folders of ours that it may import, beside itself. Everything else meets in `app.ts`. */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = { core: [], steps: ['core', 'acts', 'states', 'checks'] };
const ONLY_CORE = ['core'];
/** `compose/` is the inside of `app.ts`: it connects the folders, so it may name them all; nothing but `app.ts` names it. */
const COMPOSE = 'compose';

/** Package -> the only folders that may import it, with the reason. */
const PACKAGES: readonly (readonly [RegExp, readonly string[], string])[] = [
  [/^@slack\//, ['src/chat'], 'only chat/ speaks to Slack'],
  [/^(node-ssh|ssh2)$/, ['src/hosts'], 'only hosts/ speaks ssh'],
  [/^pg$/, ['src/postgres'], 'only postgres/ speaks SQL'],
  [/^(ioredis|bullmq)$/, ['src/store', 'src/runs'], 'only store/ and runs/ speak to Redis'],
  [/^nodemailer$/, ['src/paging'], 'only paging/ sends mail'],
  [/^(etcd3|@grpc\/grpc-js)$/, ['src/etcd'], 'only etcd/ speaks to etcd'],
];

interface Import {
  readonly file: string;
  readonly to: string;
}

const files = ['src', 'commands', 'runbooks', 'lab', 'bench'].flatMap((folder) => sources(join(root, folder)));
const imports = files.flatMap(importsOf);

describe('the import graph', () => {
  it('is really read, so that the rules below look at something', () => {
    expect(files.length).toBeGreaterThan(40);
    expect(imports.length).toBeGreaterThan(100);
  });

  it('keeps core free of anything of ours, and the folders of src apart from each other', () => {
    const wrong = imports.filter(({ file, to }) => {
      const from = folderOfSrc(file);
      const target = folderOfSrc(to);
      if (from === undefined || target === undefined || from === target || from === COMPOSE) return false;
      return !(MAY_IMPORT[from] ?? ONLY_CORE).includes(target);
    });
    expect(wrong.map(told)).toEqual([]);
  });

  it('lets nothing but app.ts name what connects the folders', () => {
    const wrong = imports.filter(
      ({ file, to }) => to.startsWith('src/compose/') && file !== 'src/app.ts' && !file.startsWith('src/compose/'),
    );
    expect(wrong.map(told)).toEqual([]);
  });

  it('gives commands and runbooks the kit and zod only, and a command its runbook', () => {
    const wrong = imports.filter(({ file, to }) => {
      if (file.startsWith('commands/')) return !(to === '#kit' || to === 'zod' || to.startsWith('runbooks/'));
      if (file.startsWith('runbooks/')) return !(to === '#kit' || to === 'zod');
      return false;
    });
    expect(wrong.map(told)).toEqual([]);
  });

  it.each(PACKAGES.map(([pattern, folders, reason]) => ({ pattern, folders, reason })))('$reason', ({ pattern, folders }) => {
    const wrong = imports.filter(
      ({ file, to }) => file.startsWith('src/') && pattern.test(to) && !folders.some((f) => file.startsWith(`${f}/`)),
    );
    expect(wrong.map(told)).toEqual([]);
  });

  it('lets the lab use only what renders hosts and checks configuration', () => {
    const wrong = imports.filter(
      ({ file, to }) =>
        file.startsWith('lab/') &&
        to.startsWith('src/') &&
        !/^src\/(stack|config|core)\//.test(to) &&
        to !== 'src/hosts/remote-commands.ts' &&
        !['src/hosts/sudo-grants.ts', 'src/hosts/host-layout.ts'].includes(to),
    );
    expect(wrong.map(told)).toEqual([]);
  });

  it('has one barrel, the kit', () => {
    const barrels = files.filter(
      (file) => file !== 'src/kit.ts' && file.startsWith('src/') && /^export (type )?(\*|\{[^}]*\}) from/m.test(read(file)),
    );
    expect(barrels).toEqual([]);
  });

  it('has no cycle', () => {
    expect(cycle()).toEqual([]);
  });
});

describe('the files', () => {
  it('have at most 250 lines, so that each has one reason to exist', () => {
    const long = files.filter((file) => read(file).split('\n').length > 251);
    expect(long).toEqual([]);
  });

  it('take time from core/clock.ts only', () => {
    const wrong = files.filter(
      (file) =>
        /^(src|commands|runbooks)\//.test(file) &&
        file !== 'src/core/clock.ts' &&
        /\bDate\.now\(|\bsetTimeout\(|\bsetInterval\(|performance\.now\(/.test(read(file)),
    );
    expect(wrong).toEqual([]);
  });

  it('of commands and runbooks reach nothing past the kit by a global', () => {
    const wrong = files.filter(
      (file) => /^(commands|runbooks)\//.test(file) && /\bfetch\(|\bprocess\.|\bglobalThis\b|\bMath\.random\(/.test(read(file)),
    );
    expect(wrong).toEqual([]);
  });

  it('keep commands near 60 lines and runbooks under 150', () => {
    const long = files.filter((file) => {
      const lines = read(file).split('\n').length;
      return (file.startsWith('commands/') && lines > 75) || (file.startsWith('runbooks/') && lines > 150);
    });
    expect(long).toEqual([]);
  });
});

function sources(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
    .map((entry) => relative(root, join(entry.parentPath, entry.name)))
    .sort();
}

function read(file: string): string {
  return readFileSync(join(root, file), 'utf8');
}

function importsOf(file: string): readonly Import[] {
  const found = read(file).matchAll(
    /^(?:import|export)\s[^'"]*?from\s+['"]([^'"]+)['"]|^import\s+['"]([^'"]+)['"]|\bimport\(\s*['"]([^'"]+)['"]\s*\)/gm,
  );
  return [...found].map((match) => {
    const to = match[1] ?? match[2] ?? match[3] ?? '';
    return { file, to: to.startsWith('.') ? relative(root, resolve(root, dirname(file), to)) : to };
  });
}

function folderOfSrc(file: string): string | undefined {
  const [top, folder, rest] = file.split('/');
  return top === 'src' && rest !== undefined ? folder : undefined;
}

function told({ file, to }: Import): string {
  return `${file} imports ${to}`;
}

function cycle(): readonly string[] {
  const edges = new Map<string, string[]>();
  for (const { file, to } of imports) edges.set(file, [...(edges.get(file) ?? []), to === '#kit' ? 'src/kit.ts' : to]);
  const done = new Set<string>();
  const visit = (file: string, path: readonly string[]): readonly string[] => {
    if (path.includes(file)) return [...path.slice(path.indexOf(file)), file];
    if (done.has(file)) return [];
    for (const next of edges.get(file) ?? []) {
      const found = visit(next, [...path, file]);
      if (found.length > 0) return found;
    }
    done.add(file);
    return [];
  };
  for (const file of files) {
    const found = visit(file, []);
    if (found.length > 0) return found;
  }
  return [];
}
