import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { BOT_SCOPES, manifest } from '../../src/chat/manifest.ts';

const committed = new URL('../../docs/slack-app-manifest.yml', import.meta.url);

describe('manifest', () => {
  it('is the file in docs, so that a reader can install the app without running anything', () => {
    expect(readFileSync(committed, 'utf8')).toBe(manifest({ mode: 'socket' }));
  });

  it('asks for the scopes that are explained and no others', () => {
    const { oauth_config: oauth } = parse(manifest({ mode: 'socket' }));
    expect(oauth).toEqual({ scopes: { bot: Object.keys(BOT_SCOPES) } });
  });

  it('names the address of the bot wherever Slack calls it over HTTP', () => {
    const app = parse(manifest({ mode: 'http', url: 'https://bot.example.com' }));
    expect(app.settings).toMatchObject({
      socket_mode_enabled: false,
      interactivity: { request_url: 'https://bot.example.com/slack/events' },
    });
    expect(app.features.slash_commands[0].url).toBe('https://bot.example.com/slack/events');
  });
});
