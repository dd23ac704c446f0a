import process from 'node:process';
import { WebClient } from '@slack/web-api';
import { Etcd3 } from 'etcd3';

/**
 * What one writes in an afternoon, for comparison: a watch by the client's own Watcher and a post for each leader event, with the
 * retries that the clients have by themselves. Arguments: etcd's endpoints, the channel.
 */
const [endpoints = '', channel = ''] = process.argv.slice(2);
const { SLACK_BOT_TOKEN: token, SLACK_API_URL: slackApiUrl = '' } = process.env;
const etcd = new Etcd3({ hosts: endpoints.split(',') });
const slack = new WebClient(token, { slackApiUrl });

const tell = (key: Buffer, revision: string, leader?: string) => {
  const [, , cluster = '', what] = key.toString().split('/');
  if (what !== 'leader') return;
  const metadata = { event_type: 'naive', event_payload: { id: `${revision}-${cluster}` } };
  const text = leader === undefined ? `${cluster}: no leader` : `${cluster}: ${leader} leads`;
  slack.chat.postMessage({ channel, text, metadata }).catch((error: unknown) => process.stderr.write(`${String(error)}\n`));
};
const watcher = await etcd.watch().prefix('/service/').create();
watcher.on('put', ({ key, value, mod_revision: revision }) => tell(key, revision, value.toString()));
watcher.on('delete', ({ key, mod_revision: revision }) => tell(key, revision));
watcher.on('error', (error) => process.stderr.write(`${String(error)}\n`));
process.stdout.write('"started"\n');
