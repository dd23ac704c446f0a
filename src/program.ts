import { parseArgs } from 'node:util';
import { z } from 'zod';
import { CLIENT_USAGE, runClient } from './cli/client.ts';
import { CLIENT_VERBS, clientVerb } from './cli/client-words.ts';
import { manifest } from './chat/manifest.ts';
import { AUDIT_USAGE, auditVerb } from './audit-verbs.ts';
import { unreadableFiles } from './config/files.ts';
import { loadConfig } from './config/load.ts';
import { ConfigError } from './config/problem.ts';
import { checkRunbookNames } from './config/runbook-names.ts';
import { type Config, ConfigSchema } from './config/schema.ts';
import { type Needed, neededBy } from './config/secret-roles.ts';
import { referencesIn, resolveSecrets, type Secrets } from './config/secrets.ts';
import { warningsOf } from './config/warnings.ts';
import { didYouMean } from './core/did-you-mean.ts';
import { asError, TrunklineError } from './core/errors.ts';
import { leanHeap } from './lean-heap.ts';
import { renderSudoers } from './render-sudoers.ts';

/** The outside of the process, given by `main`. */
export interface Surroundings {
  readonly argv: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  /** @throws Error of Node when the file can't be read. */
  readonly readFile: (path: string) => string;
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
  /** Aborted by SIGTERM and SIGINT. */
  readonly stop: AbortSignal;
  /** Columns of the terminal that reads the output; `undefined` for a pipe or a file. */
  readonly columns: number | undefined;
}

/** Exit codes of sysexits.h. */
const EXIT = { ok: 0, usage: 64, unavailable: 69, software: 70, config: 78 } as const;

const USAGE = `trunkline: the Slack bot for PostgreSQL high-availability clusters

  trunkline start  [--config FILE]     bot and worker in one process
  trunkline bot    [--config FILE]     answers and alerts; holds no password that writes
  trunkline worker [--config FILE]     executes approved runs
  trunkline config check FILE          every problem of a configuration at once, and warnings
  trunkline config schema              JSON Schema, for editors
  trunkline sudoers [--config FILE]    what /etc/sudoers.d/trunkline must hold on the members' hosts
  trunkline manifest [--url URL]       the Slack app's manifest; with --url for signed HTTP instead of Socket Mode
  trunkline alert test [--cluster NAME] [--severity critical|warning|info] [--config FILE]
                                       tells a test incident by every Slack channel and target of the routes that
                                       hold now, and resolves it; ends with 1 when one did not work
${AUDIT_USAGE}
The configuration is --config FILE, else $TRUNKLINE_CONFIG, else trunkline.yml.

${CLIENT_USAGE}`;

type Verb = (around: Surroundings, words: readonly string[], options: Options) => Promise<number>;
interface Options {
  readonly config?: string | undefined;
  readonly url?: string | undefined;
}

const VERBS: Readonly<Record<string, Verb>> = {
  start: (around, _words, options) => serve(around, options, { bot: true, worker: true }),
  bot: (around, _words, options) => serve(around, options, { bot: true, worker: false }),
  worker: (around, _words, options) => serve(around, options, { bot: false, worker: true }),
  config: configVerb,
  sudoers: async (around, _words, { config }) => {
    around.out(renderSudoers(fileOnly(around, config)));
    return EXIT.ok;
  },
  manifest: async ({ out, err }, _words, { url }) => {
    if (url !== undefined && !z.url({ protocol: /^https$/ }).safeParse(url).success) {
      err(`trunkline manifest: '${url}' is no https address; Slack wants one, such as https://bot.example.com/slack/events\n`);
      return EXIT.usage;
    }
    out(manifest(url === undefined ? { mode: 'socket' } : { mode: 'http', url }));
    return EXIT.ok;
  },
  help: async ({ out }) => {
    out(USAGE);
    return EXIT.ok;
  },
};

/** Runs one verb of the `trunkline` program to its end; never throws. */
export async function runProgram(around: Surroundings): Promise<number> {
  const { err } = around;
  // Its words are those of /pg, with flags that only the bot knows.
  const asks = clientVerb(around.argv[0]);
  if (asks) return runClient(asks, around.argv.slice(1), around);
  try {
    const places = { ...around, readConfig: configFor(around) };
    if (around.argv[0] === 'audit') return await auditVerb(places, around.argv.slice(1));
    if (around.argv[0] === 'alert') {
      const { alertVerb } = await import('./alert-verbs.ts');
      return await alertVerb(places, around.argv.slice(1));
    }
    const { values, positionals } = parseArgs({
      args: [...around.argv],
      allowPositionals: true,
      options: { config: { type: 'string' }, url: { type: 'string' }, help: { type: 'boolean', short: 'h' } },
    });
    const [name = 'help', ...words] = values.help ? ['help'] : positionals;
    const verb = VERBS[name];
    if (verb) return await verb(around, words, values);
    const near = didYouMean(name, [...Object.keys(VERBS), 'alert', 'audit', ...CLIENT_VERBS]);
    err(`trunkline: there is no '${name}'${near ? `; did you mean '${near}'?` : ''}\n\n${USAGE}`);
    return EXIT.usage;
  } catch (thrown) {
    return told(thrown, err);
  }
}

function told(thrown: unknown, err: (text: string) => void): number {
  if (thrown instanceof ConfigError) {
    err(`${thrown.message}\n`);
    return EXIT.config;
  }
  if (thrown instanceof TrunklineError) {
    err(`trunkline: ${thrown.message}\n${thrown.hint}\n`);
    return thrown.kind === 'bug' ? EXIT.software : EXIT.unavailable;
  }
  const error = asError(thrown);
  const isUsage = 'code' in error && String(error.code).startsWith('ERR_PARSE_ARGS');
  err(isUsage ? `trunkline: ${error.message}\n\n${USAGE}` : `trunkline: ${error.stack ?? error.message}\n`);
  return isUsage ? EXIT.usage : EXIT.software;
}

async function serve(around: Surroundings, options: Options, parts: { bot: boolean; worker: boolean }): Promise<number> {
  const { config, secrets } = readConfig(around, options.config, (tree) => neededBy(parts, tree));
  // The other verbs need none of it, and loading it takes seconds.
  const { startApp } = await import('./app.ts');
  leanHeap();
  const app = await startApp({ config, secrets, parts, write: around.out });
  if (!around.stop.aborted) await new Promise((resolve) => around.stop.addEventListener('abort', resolve, { once: true }));
  await app.stop();
  return EXIT.ok;
}

async function configVerb(around: Surroundings, [what, file]: readonly string[], options: Options): Promise<number> {
  if (what === 'schema') {
    around.out(`${JSON.stringify(z.toJSONSchema(ConfigSchema, { io: 'input' }), null, 2)}\n`);
    return EXIT.ok;
  }
  if (what !== 'check') {
    around.err('trunkline config: say check FILE or schema\n');
    return EXIT.usage;
  }
  const { config } = readConfig(around, file ?? options.config);
  const { load } = await import('./load.ts');
  checkRunbookNames(config, await load(), pathOf(around.env, file ?? options.config));
  for (const { path, says, hint } of warningsOf(config)) around.err(`warning: ${path}: ${says}\n  ${hint}\n`);
  const clusters = config.clusters.map(({ name }) => name).join(', ');
  around.out(`the configuration is good: ${config.clusters.length} cluster(s): ${clusters}\n`);
  return EXIT.ok;
}

/** For verbs that say themselves which secrets they need. */
function configFor(around: Surroundings) {
  return (file: string | undefined, needed: Needed) => readConfig(around, file, () => needed);
}

/** The file alone; its secrets stay references. */
function fileOnly({ env, readFile }: Surroundings, file?: string): Config {
  const path = pathOf(env, file);
  return loadConfig(textOf(path, readFile), path);
}

/** The file and what of its secrets is needed. */
function readConfig(
  { env, readFile }: Surroundings,
  file?: string,
  neededIn: (tree: unknown) => Needed = () => () => true,
): { config: Config; secrets: Secrets } {
  const path = pathOf(env, file);
  const secretsOf = (tree: unknown) => {
    const needed = neededIn(tree);
    return resolveSecrets(
      referencesIn(tree).filter((one) => needed(one.path)),
      { env, readFile },
    );
  };
  const outside = (raw: unknown) => [...secretsOf(raw).problems, ...unreadableFiles(raw, readFile, neededIn(raw))];
  const config = loadConfig(textOf(path, readFile), path, outside);
  return { config, secrets: secretsOf(config).secrets };
}

function pathOf(env: Surroundings['env'], file: string | undefined): string {
  return file ?? env.TRUNKLINE_CONFIG ?? 'trunkline.yml';
}

function textOf(path: string, readFile: (path: string) => string): string {
  try {
    return readFile(path);
  } catch (thrown) {
    const error = asError(thrown);
    const why = 'code' in error ? String(error.code) : error.message;
    throw new ConfigError(path, [
      {
        path: '',
        reason: `the file can not be read (${why})`,
        hint: 'Name it with --config FILE or TRUNKLINE_CONFIG; docs/trunkline.example.yml is an example.',
      },
    ]);
  }
}
