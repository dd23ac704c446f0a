import { blockCharacters, blockComplaints } from './block-limits.ts';
import { asList, asObject, asText, isObject, type Json } from './json.ts';
import { bad, type Reply } from './reply.ts';

/** The text, blocks and attachments of a message, within Slack's limits; `warnings` as in `response_metadata.warnings`. */
export interface Content {
  readonly content: Json;
  readonly metadata?: Json;
  readonly warnings: readonly string[];
}

const longestText = 40_000;
const kept = ['blocks', 'attachments', 'thread_ts', 'username'];

/** Checks what a message is to hold as Slack does; an error answer when Slack would refuse it. */
export function readContent(args: Json, rule: { textTooLong: 'truncate' | 'refuse' }): Content | Reply {
  const refusal = refuseParts(args);
  if (refusal) return refusal;
  const text = asText(args.text) || asText(args.markdown_text);
  const blocks = asList(args.blocks).length + asList(args.attachments).length;
  if (text === '' && blocks === 0) return bad('no_text');
  if (text.length > longestText && rule.textTooLong === 'refuse') return bad('msg_too_long');
  const content: Json = { text: text.slice(0, longestText) };
  for (const field of kept) if (args[field] !== undefined) content[field] = args[field];
  const metadata = isObject(args.metadata) ? { metadata: args.metadata } : {};
  return { content, ...metadata, warnings: text.length > longestText ? ['message_truncated'] : [] };
}

export function isContent(value: Content | Reply): value is Content {
  return 'content' in value && 'warnings' in value;
}

function refuseParts({ blocks, attachments, metadata }: Json): Reply | undefined {
  return refuseBlocks(blocks) ?? refuseAttachments(attachments) ?? refuseMetadata(metadata);
}

function refuseBlocks(blocks: unknown): Reply | undefined {
  if (blocks === undefined || blocks === '') return undefined;
  if (!Array.isArray(blocks)) return bad('invalid_blocks_format');
  const complaints = blockComplaints(blocks, 'message');
  if (complaints.length > 0) return bad('invalid_blocks', complaints);
  return blockCharacters(blocks) > 13_200 ? bad('msg_blocks_too_long') : undefined;
}

function refuseAttachments(attachments: unknown): Reply | undefined {
  if (attachments === undefined || attachments === '') return undefined;
  if (!Array.isArray(attachments)) return bad('invalid_attachments');
  if (attachments.length > 100) return bad('too_many_attachments');
  const complaints = attachments.flatMap((each, at) =>
    blockComplaints(asList(asObject(each).blocks), 'message', `/attachments/${at}/blocks`),
  );
  return complaints.length > 0 ? bad('invalid_blocks', complaints) : undefined;
}

function refuseMetadata(metadata: unknown): Reply | undefined {
  if (metadata === undefined || metadata === '') return undefined;
  if (!isObject(metadata)) return bad('metadata_must_be_sent_as_json');
  const empty = Object.keys(metadata).length === 0;
  const fits = asText(metadata.event_type) !== '' && isObject(metadata.event_payload);
  return empty || fits ? undefined : bad('invalid_metadata_format');
}
