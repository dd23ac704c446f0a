import { startWorkspace, type Message, type Workspace } from '../../../lab/slack/workspace.ts';
import { systemClock } from '../../../src/core/clock.ts';
import { createStore, type Store } from '../../../src/store/store.ts';
import { freePort, startRedisServer } from '../../support/redis-server.ts';
import { until } from '../../support/until.ts';
import { startCluster } from './cluster.ts';
import { configOf, openFolder, secretsOf, type Tree } from './config.ts';
import { type Env, endProgram, type Program, startedProgram } from './program.ts';

/** The real bot over a gate with everything set: see `gateChanges`. */
export interface GateScene {
  readonly workspace: Workspace;
  readonly program: Program;
  readonly store: Store;
  readonly secrets: Env;
  /** What one person is told alone after they typed, clicked or sent a form. */
  typed(name: string, text: string, channel?: string): Promise<string>;
  clicked(name: string, message: Message, which: string): Promise<string>;
  submitted(name: string, code: string): Promise<string>;
  /** What is posted for all to see after a command. */
  posted(name: string, text: string, channel?: string): Promise<Message>;
  /** Opens the form behind a button; one that is open still is closed first. */
  form(name: string, message: Message, which: string): Promise<void>;
  /** The words of a message as it is now. */
  now(message: Message): Promise<string>;
  becomes(message: Message, words: string): Promise<void>;
  stop(): Promise<void>;
}

/** `billing` asks for codes, `orders` (the same servers) for a second click; `vault` is for the admin's eyes alone. */
function gateChanges(base: Tree): Tree {
  const [billing] = base.clusters as [Tree];
  const [etcd] = base.etcds as [Tree];
  const seen = { clusters: ['billing', 'orders'] };
  return {
    etcds: [etcd, { ...etcd, name: 'other' }, { ...etcd, name: 'third' }],
    clusters: [
      billing,
      { ...billing, name: 'orders', scope: 'billing', etcd: 'other', environment: 'staging' },
      { ...billing, name: 'vault', scope: 'billing', etcd: 'third', environment: 'secret' },
    ],
    people: [
      { role: 'viewer', groups: ['S0DBVIEWERS'], ...seen },
      { role: 'operator', groups: ['S0DBOPERATORS'], ...seen },
      { role: 'approver', groups: ['S0DBAPPROVERS'], ...seen },
      { role: 'admin', users: ['U0ADAM'] },
    ],
    policies: [
      { risk: ['interrupts-writes'], environments: ['staging'], approvals: 0, confirm: true },
      { risk: ['interrupts-writes'], environments: ['production'], approvals: 1, totp: true, from: ['S0DBAPPROVERS'] },
      { risk: ['interrupts-writes'], approvals: 1 },
    ],
    channels: {
      ...(base.channels as Tree),
      ceilings: { C0DBAUDIT: { may: ['see'] }, C0DBALERTS: { may: ['see', 'ask'], clusters: ['orders'] } },
    },
    totp: { key: 'env:TOTP_KEY' },
  };
}

/** Starts everything; some 10 s. */
export async function startGate(): Promise<GateScene> {
  const folder = openFolder();
  const [workspace, redis, cluster] = await Promise.all([startWorkspace(), startRedisServer(), startCluster()]);
  const { seed, env } = workspace;
  const secrets = { ...secretsOf(seed), TOTP_KEY: Buffer.alloc(32, 5).toString('base64') };
  const places = { redisPort: redis.port, healthPort: await freePort(), privateKeyFile: folder.privateKeyFile() };
  const base = configOf({ seed, slackApiUrl: env.SLACK_API_URL, ...places, etcds: cluster.etcds, cluster: cluster.config() });
  const file = folder.write('gate.yml', { ...base, ...gateChanges(base) });
  const program = await startedProgram(['bot', '--config', file], secrets);
  return {
    ...{ workspace, program, secrets },
    store: createStore(redis.client(), { prefix: 'trunkline', clock: systemClock }),
    ...deedsIn(workspace),
    async stop() {
      await endProgram(program, 'SIGKILL');
      await Promise.all([workspace.stop(), redis.stop(), cluster.stop()]);
      folder.remove();
    },
  };
}

type Deeds = Pick<GateScene, 'typed' | 'clicked' | 'submitted' | 'posted' | 'form' | 'now' | 'becomes'>;

function deedsIn(workspace: Workspace): Deeds {
  /** What somebody reads alone where they did something; the direct message is apart. */
  async function whispered(name: string, act: () => Promise<unknown>, instead?: () => string | undefined): Promise<string> {
    const inbox = async () => (await workspace.as(name).inbox()).filter(({ onlyFor }) => onlyFor !== undefined);
    const before = new Set((await inbox()).map(({ ts }) => ts));
    const fresh = async () => (await inbox()).filter(({ ts }) => !before.has(ts)).map(({ shown }) => shown);
    await act();
    const said = instead?.();
    if (said !== undefined) return said;
    await until(async () => (await fresh()).length > 0, 30_000);
    return (await fresh()).join('\n');
  }
  const now: Deeds['now'] = async ({ ts, place }) =>
    (await workspace.messages(place)).find((message) => message.ts === ts)?.shown ?? '';
  return {
    now,
    typed: (name, text, channel = 'db-ops') => whispered(name, () => workspace.as(name).command('/pg', text, { channel })),
    clicked: (name, message, which) => whispered(name, () => workspace.as(name).click(message, which)),
    async submitted(name, code) {
      let beside: string | undefined;
      const submit = async () => {
        const { result, errors = {} } = await workspace.as(name).submit({ code });
        if (result === 'errors') beside = Object.values(errors).join(' ');
      };
      return whispered(name, submit, () => beside);
    },
    async posted(name, text, channel = 'db-ops') {
      const before = new Set((await workspace.messages(channel)).map(({ ts }) => ts));
      await workspace.as(name).command('/pg', text, { channel });
      return workspace.waitForMessage(
        (one) =>
          one.fromBot && one.onlyFor === undefined && !before.has(one.ts) && one.threadTs === undefined && one.place === channel,
        { withinMs: 30_000 },
      );
    },
    async form(name, message, which) {
      if (await workspace.as(name).view()) await workspace.as(name).dismiss();
      const isOpen = async () => (await workspace.as(name).view()) !== undefined;
      // A press within a second of the last one is the same press, so it is pressed again.
      const pressed = async () => {
        await workspace.as(name).click(message, which);
        return until(isOpen, 1500).then(
          () => true,
          () => false,
        );
      };
      await until(pressed, 30_000);
    },
    becomes: (message, words) => until(async () => (await now(message)).includes(words), 30_000),
  };
}
