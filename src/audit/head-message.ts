import type { Message } from '../core/message.ts';
import type { SignedHead } from '../core/signed-head.ts';

/** What stands in the audit channel: out of reach of who can write to Redis and to the file. */
export function headMessage({ seq, hash, atMs, keyId, signature }: SignedHead): Message {
  return {
    summary: `Audit log: entry ${seq} begins with ${hash.slice(0, 8)}`,
    parts: [
      { title: `Audit log, signed at entry ${seq}`, sign: 'info' },
      { line: ['Time: ', { timeMs: atMs }] },
      { line: ['Hash: ', { code: inGroups(hash) }] },
      { line: ['Signature: ', { code: signature }] },
      { line: ['Key: ', { code: keyId }] },
      {
        note: ['Compare: ', { code: `trunkline audit verify --head ${seq}:${hash}` }],
      },
    ],
  };
}

/** Where the message is found again by its metadata. */
export function headMessageId({ seq, hash }: SignedHead): string {
  return `audit-head-${seq}-${hash.slice(0, 16)}`;
}

/** In fours, so that two people can compare it over the telephone. */
function inGroups(hash: string): string {
  return (hash.match(/.{1,4}/gu) ?? []).join(' ');
}
