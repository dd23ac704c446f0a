import { z } from 'zod';
import type { AccessRule, BareHost, CopyUnit, PathFacts } from '../core/standby.ts';
import type { HostLayout } from './host-layout.ts';
import { parseUnitJournal } from './parse-unit-journal.ts';
import type { RemoteCommand } from './remote-commands.ts';
import type { SshPool } from './ssh-pool.ts';
import { replicationRules, surveyPaths } from './standby-commands.ts';
import { standbyPlaces } from './standby-places.ts';
import { unitJournal } from './unit-remote.ts';

/**
 * Clock, programs and copies; of the login user, as nothing of it is a secret. Briefly: without Patroni, which is slow to say its release (of
 * Debian's package dpkg knows it at once).
 */
function surveyHost({ binDirectory }: HostLayout, how: 'brief' | 'whole'): RemoteCommand {
  return { name: 'survey host', as: 'trunkline', argv: ['/bin/sh', '-c', HOST_SCRIPT, 'sh', binDirectory, how] };
}

const HOST_SCRIPT = `cd /; echo "now $(date +%s%3N)"
v=$("$1/postgres" -V 2>/dev/null) && echo "postgres $v"
v=$(getconf GNU_LIBC_VERSION 2>/dev/null) && echo "libc $v"
[ "$2" = brief ] || {
  v=$(dpkg-query -W -f '\${db:Status-Status} \${Version}' patroni 2>/dev/null)
  case $v in
    installed*) v=\${v#installed }; echo "patroni patroni \${v#*:}" ;;
    *) v=$(patroni --version 2>/dev/null) && echo "patroni $v" ;;
  esac
}
for d in $(ls -1tr /var/lib/trunkline-units 2>/dev/null | grep -e '-copy$'); do
  u=/var/lib/trunkline-units/$d; [ -f "$u/owner" ] || continue
  s=ended; [ -f "$u/result" ] || s=$(systemctl is-active "trunkline-$d.service" 2>/dev/null)
  echo "unit $(stat -c %Y "$u/owner") $(cat "$u/result" 2>/dev/null || echo -) \${s:-unknown} $d"
done`;

/**
 * What a host that is to become a standby says of itself; `further`: paths to look at beside those that every standby has; without
 * it the look is a brief one, for who looks again and again, and while a copy runs there it is at nothing but that copy.
 * @throws TrunklineError when the host does not answer; Error when it says something else than the script does.
 */
export async function readBareHost(
  ssh: SshPool,
  {
    host,
    layout,
    further,
    timeoutMs,
  }: { host: string; layout: HostLayout; further: readonly string[] | undefined; timeoutMs: number },
): Promise<BareHost> {
  const places = standbyPlaces(layout);
  const { dataDirectory, copyDirectory, copyManifest, walDirectory, configFile, passfile, patroniConfig } = places;
  // Each path costs a handful of processes there, which a copy that goes on has to make room for.
  const own = further
    ? [dataDirectory, copyDirectory, copyManifest, walDirectory, configFile, passfile, patroniConfig]
    : [dataDirectory, copyDirectory, copyManifest];
  const paths = [
    ...own.flatMap((path) => (path === undefined ? [] : [path])),
    ...(further ?? []).filter((path) => !path.includes('\n')),
  ];
  const how = { timeoutMs, mayRepeat: true };
  const look = () => ssh.mustRun(host, surveyPaths(), { ...how, stdin: paths.map((path) => `${path}\n`).join('') });
  const early = further ? look() : undefined;
  early?.catch(() => undefined);
  const programs = await ssh.mustRun(host, surveyHost(layout, further ? 'whole' : 'brief'), how);
  const survey = parseHostSurvey(programs.stdout);
  const copies = await withWords(ssh, host, survey.copies, timeoutMs / 2);
  if (!early && copies.some(({ isRunning }) => isRunning)) return { ...survey, copies, places, paths: {} };
  return { ...survey, copies, places, paths: parsePaths((await (early ?? look())).stdout) };
}

/** What the newest said, where it ended badly; that it can't be had is no reason to know nothing else. */
async function withWords(ssh: SshPool, host: string, copies: readonly CopyUnit[], timeoutMs: number) {
  const last = copies.at(-1);
  if (!last?.exitCode) return copies;
  const { stdout } = await ssh
    .run(host, unitJournal(last.claim, undefined), { timeoutMs, mayRepeat: true })
    .catch(() => ({ stdout: '' }));
  const said = parseUnitJournal(stdout, undefined).lines.filter((line) => /error|fatal|could not|exist/i.test(line));
  return [...copies.slice(0, -1), { ...last, ...(said.length > 0 ? { said: said.slice(-2).join(' / ').slice(-300) } : {}) }];
}

/** Pure part. */
export function parseHostSurvey(
  text: string,
): Pick<BareHost, 'clockMs' | 'postgresVersion' | 'libcVersion' | 'patroniVersion' | 'copies'> {
  const clock = /^now (\d{13})$/m.exec(text)?.[1];
  if (clock === undefined) throw new Error('the survey of the host does not say what time it is there');
  const postgres = /^postgres .*\) (\d{2}(\.\d{1,3})?)/m.exec(text)?.[1];
  const libc = /^libc \S+ ([\d.]{1,12})$/m.exec(text)?.[1];
  const patroni = /^patroni patroni ([\d.]{1,20})/m.exec(text)?.[1];
  return {
    clockMs: Number(clock),
    ...(postgres === undefined ? {} : { postgresVersion: postgres }),
    ...(libc === undefined ? {} : { libcVersion: libc }),
    ...(patroni === undefined ? {} : { patroniVersion: patroni }),
    copies: [...text.matchAll(/^unit (\d{10}) (\d{1,3}|-) (\S+) ([A-Za-z0-9.-]{1,101})$/gm)].map(unitOf),
  };
}

function unitOf([, started = '', result = '', state = '', claim = '']: RegExpExecArray): CopyUnit {
  const isOver = result !== '-';
  return {
    claim,
    startedAtMs: Number(started) * 1000,
    ...(isOver ? { exitCode: Number(result) } : {}),
    isRunning: !isOver && /^(active|activating|deactivating|reloading)$/.test(state),
  };
}

/** Pure part. */
export function parsePaths(text: string): Readonly<Record<string, PathFacts>> {
  const lines = text.matchAll(
    /^(absent|empty|filled|other|unreadable)[\t ](yes|no)[\t ](yes|no)[\t ](\d{1,15}|-)[\t ]+(\d{1,15})[\t ](\/.*)$/gm,
  );
  return Object.fromEntries(
    [...lines].map(([, kind, writable, mounted, used, free, path = '']) => [
      path,
      {
        kind: Kind.parse(kind),
        writable: writable === 'yes',
        isMount: mounted === 'yes',
        freeBytes: Number(free),
        ...(used === '-' ? {} : { usedBytes: Number(used) }),
      },
    ]),
  );
}

const Kind = z.enum(['absent', 'empty', 'filled', 'other', 'unreadable']);

const Rule = z.object({
  line: z.number(),
  type: z.string().nullish(),
  users: z.array(z.string()).nullish(),
  address: z.string().nullish(),
  netmask: z.string().nullish(),
  method: z.string().nullish(),
  error: z.string().nullish(),
});

/** Who may replicate from a server, as it reads its pg_hba.conf now. @throws TrunklineError or ZodError. */
export async function readReplicationRules(ssh: SshPool, host: string, timeoutMs: number): Promise<readonly AccessRule[]> {
  const { stdout } = await ssh.mustRun(host, replicationRules(), { timeoutMs, mayRepeat: true });
  return z
    .array(Rule)
    .parse(JSON.parse(stdout))
    .map(({ line, type, users, address, netmask, method, error }) => ({
      line,
      type: type ?? '',
      users: users ?? [],
      ...(address ? { address } : {}),
      ...(netmask ? { netmask } : {}),
      ...(method ? { method } : {}),
      ...(error ? { error } : {}),
    }));
}
