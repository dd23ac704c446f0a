import { z } from 'zod';
import { parseConninfo } from './parse-conninfo.ts';

/** A member's own connection to its primary, as one JSON value; PostgreSQL 12 and newer. The login needs pg_read_all_settings. */
export const upstreamQuery = `SELECT json_build_object('conninfo', current_setting('primary_conninfo')) AS answer`;

/** What the password was does not leave it. */
export const UpstreamAnswer = z.object({ conninfo: z.string() }).transform(({ conninfo }) => parseConninfo(conninfo));
