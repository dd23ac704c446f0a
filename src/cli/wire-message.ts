import { z } from 'zod';

const SIGNS = ['ok', 'warn', 'bad', 'info', 'leader', 'replica', 'busy', 'done', 'waiting', 'unknown'] as const;

const SpanSchema = z.union([
  z.string(),
  z.object({ bold: z.string() }),
  z.object({ code: z.string() }),
  /** The bot knows the name; a terminal can't look it up. */
  z.object({ person: z.string(), name: z.string().optional() }),
  z.object({ timeMs: z.number() }),
  z.object({ link: z.string(), label: z.string() }),
]);
export type WireSpan = z.output<typeof SpanSchema>;

const TextSchema = z.union([SpanSchema, z.array(SpanSchema)]);
export type WireText = z.output<typeof TextSchema>;

const Sign = z.enum(SIGNS).optional().catch(undefined);
const PartSchema = z.union([
  z.object({ title: TextSchema, sign: Sign }),
  z.object({ line: TextSchema, sign: Sign, indent: z.literal(1).optional() }),
  z.object({ note: TextSchema }),
  z.object({ divider: z.literal(true) }),
  z.object({ buttons: z.array(z.object({ label: z.string(), action: z.string(), value: z.string() })) }),
]);
export type WirePart = z.output<typeof PartSchema>;

/** Parts of a kind that this release does not know are left out: client and bot need not be of one release. */
const Parts = z.array(z.unknown()).transform((parts) => parts.flatMap((part) => PartSchema.safeParse(part).data ?? []));

const FileSchema = z.object({ name: z.string(), title: z.string(), alt: z.string(), base64: z.base64() });
export type WireFile = z.output<typeof FileSchema>;

/** A message on its way to a terminal: what it says is redacted, and its people have names. */
export const WireMessage = z.object({
  summary: z.string(),
  parts: Parts,
  thread: Parts.default([]),
  files: z.array(FileSchema).default([]),
});
export type WireMessage = z.output<typeof WireMessage>;
