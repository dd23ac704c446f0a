import { z } from 'zod';
import { PERMISSIONS } from '../core/person.ts';
import { Id } from './address-fields.ts';
import { extent } from './extent-fields.ts';

/** What may be done in a channel at most, and to what. */
const Ceiling = z.strictObject({ may: z.array(z.enum(PERMISSIONS)), ...extent });

/** Ceilings: by channel id, `direct` for direct messages, `others` for channels that are not listed; no limit when absent. */
const CeilingsSchema = z.record(
  z.string().regex(/^([CG][A-Z0-9]{2,20}|direct|others)$/, 'a ceiling is for a channel id (C...), for direct or for others'),
  Ceiling,
);

/** The channels of Trunkline, and what people may do where at most. */
export const ChannelsSchema = z.strictObject({
  ops: Id('CG', 'a channel'),
  alerts: Id('CG', 'a channel'),
  audit: Id('CG', 'a channel'),
  ceilings: CeilingsSchema.default({}),
});
