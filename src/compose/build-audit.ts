import { type AuditFile, createAuditFile } from '../audit/audit-file.ts';
import { createFileKeeper } from '../audit/file-keeper.ts';
import { createHeadKeeper, type HeadChat, type HeadKeeper } from '../audit/head-keeper.ts';
import { readSigningKey } from '../audit/keys.ts';
import { boundRefusals, type RefusalBound } from '../audit/refusal-bound.ts';
import type { Chat } from '../chat/chat.ts';
import type { Config } from '../config/schema.ts';
import type { Secrets } from '../config/secrets.ts';
import type { Clock } from '../core/clock.ts';
import type { Log } from '../core/log.ts';
import type { Part } from '../observe/http-server.ts';
import type { JournalStore } from '../store/journal.ts';
import type { StoreParts } from './build-store.ts';
import { filedJournal } from './filed-journal.ts';

interface Needs {
  readonly config: Config;
  readonly secrets: Secrets;
  readonly stored: Pick<StoreParts, 'store' | 'auditFollower' | 'auditHeads'>;
  readonly chat: Pick<Chat, 'post' | 'findPosted'>;
  readonly clock: Clock;
  readonly log: Log;
}

/** What keeps the audit log whole beside Redis; where nothing of it is configured, it holds nobody up. */
export interface AuditParts {
  /** Where refusals are written, bounded. */
  readonly trail: Pick<RefusalBound, 'append'>;
  /** @throws TrunklineError while the audit log can't be written where it must be. */
  mustBeWritable(): Promise<void>;
  /** The journal whose steps are begun only once the file holds that they are. */
  readonly journal: JournalStore;
  parts(): readonly Part[];
  start(): void;
  stop(): Promise<void>;
}

/** @throws Refusal for a signing key that is none. */
export function buildAudit(needs: Needs): AuditParts {
  const { stored, clock, log } = needs;
  const file = fileOf(needs);
  const heads = headsOf(needs);
  const trail = boundRefusals(stored.store.audit, { clock, log });
  const mustBeWritable = async () => file?.mustBeWritable();
  return {
    trail,
    mustBeWritable,
    journal: filedJournal(stored.store.journal, mustBeWritable),
    parts: () => (file ? [{ name: 'audit', ...file.says() }] : []),
    start() {
      file?.start();
      heads?.start();
      trail.start();
    },
    async stop() {
      await trail.stop();
      await heads?.stop();
      await file?.stop();
    },
  };
}

function fileOf({ config, stored, clock, log }: Needs): AuditFile | undefined {
  const path = config.audit.file;
  if (path === undefined) {
    log.warn('the audit log is kept in Redis alone; audit.file in the configuration gives it a second place');
    return undefined;
  }
  const follower = stored.auditFollower;
  const keeper = createFileKeeper({ path, follower, clock, log });
  return createAuditFile({ path, keeper, follower, clock, log });
}

function headsOf({ config, secrets, stored, chat, clock, log }: Needs): HeadKeeper | undefined {
  const { signingKey, every } = config.audit;
  if (signingKey === undefined) return undefined;
  const key = readSigningKey(secrets.reveal(signingKey));
  const slack = channelOf(chat, config.channels.audit);
  return createHeadKeeper({ heads: stored.auditHeads, key, chat: slack, everyMs: every, clock, log });
}

function channelOf(chat: Pick<Chat, 'post' | 'findPosted'>, channel: string): HeadChat {
  return {
    async post(message, id) {
      await chat.post({ channel, message, lane: 'interaction', metadata: { id }, kind: 'audit_head' });
    },
    isPosted: async (id, sinceMs) => (await chat.findPosted(channel, id, { sinceMs })) !== undefined,
  };
}
