import bolt from '@slack/bolt';

/** The floor of the ack bench: Bolt with nothing behind it, in a process of its own. */
const { SLACK_API_URL: slackApiUrl = '', SLACK_BOT_TOKEN: token = '', SLACK_APP_TOKEN: appToken = '' } = process.env;
const app = new bolt.App({ token, appToken, socketMode: true, clientOptions: { slackApiUrl } });
app.command('/pg', async ({ ack }) => {
  await ack();
});
await app.start();
console.log('ready');
