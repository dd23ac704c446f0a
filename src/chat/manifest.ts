import { Document, visit } from 'yaml';

/** How the app's messages reach Trunkline. `url` is the public address of the bot; `/slack/events` is added when it has no path. */
export type ManifestOptions =
  | { readonly mode: 'socket'; readonly command?: string }
  | { readonly mode: 'http'; readonly url: string; readonly command?: string };

/** Scope of the bot -> why it is needed; nothing else is asked for. */
export const BOT_SCOPES: Readonly<Record<string, string>> = {
  commands: 'the slash command',
  'chat:write': 'answers, plans, progress and alerts in channels that the bot was invited to',
  'files:write': 'pictures and long output in the thread',
  'users:read': 'who is a guest, a bot, deactivated or of another workspace',
  'usergroups:read': 'who may ask and approve, by user group',
  'channels:read': 'is this channel shared with another organisation',
  'groups:read': 'the same for private channels',
  'im:read': 'the same for direct messages',
  'im:write': 'direct messages to one person',
  'channels:history': 'only to look whether a message whose answer was lost is there before it is posted again',
  'groups:history': 'the same for private channels',
};

const HEAD = ` The Slack app of Trunkline: api.slack.com/apps, Create New App, From a manifest. Written by \`trunkline manifest\`.
 Afterwards: install the app in the workspace, take its Bot User OAuth Token (xoxb-)`;
const AFTER = {
  socket: `${HEAD} and, under Basic Information,
 create an App-Level Token (xapp-) with the scope connections:write. Then invite the bot to its channels.`,
  http: `${HEAD} and the Signing Secret
 under Basic Information. Then invite the bot to its channels.`,
};

/** The app manifest as YAML with comments (docs.slack.dev, App manifest reference). Pure. */
export function manifest(options: ManifestOptions): string {
  const document = new Document(contentOf(options));
  document.commentBefore = AFTER[options.mode];
  visit(document, {
    Scalar(_key, node) {
      const why = typeof node.value === 'string' ? BOT_SCOPES[node.value] : undefined;
      if (why !== undefined) node.comment = ` ${why}`;
    },
  });
  return document.toString({ lineWidth: 0 });
}

function contentOf(options: ManifestOptions) {
  const command = options.command ?? '/pg';
  const request = options.mode === 'http' ? requestUrl(options.url) : undefined;
  return {
    display_information: {
      name: 'Trunkline',
      description: 'PostgreSQL high availability: status, switchovers that somebody else approves, and alerts',
      background_color: '#22303c',
    },
    features: {
      bot_user: { display_name: 'trunkline', always_online: true },
      slash_commands: [
        {
          command,
          description: 'Status and changes of PostgreSQL clusters',
          usage_hint: 'help | status [cluster] | switchover CLUSTER',
          should_escape: false,
          ...(request ? { url: request } : {}),
        },
      ],
    },
    oauth_config: { scopes: { bot: Object.keys(BOT_SCOPES) } },
    settings: {
      interactivity: { is_enabled: true, ...(request ? { request_url: request } : {}) },
      org_deploy_enabled: false,
      socket_mode_enabled: options.mode === 'socket',
      token_rotation_enabled: false,
    },
  };
}

function requestUrl(url: string): string {
  const parsed = new URL(url);
  if (parsed.pathname === '/') parsed.pathname = '/slack/events';
  return parsed.href;
}
