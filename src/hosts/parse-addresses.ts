import { z } from 'zod';

const IpAddresses = z.array(z.looseObject({ addr_info: z.array(z.looseObject({ local: z.string().optional() })).default([]) }));

/** IPv4 addresses out of `ip -j -4 addr show` (iproute2). @throws Error when the text has another form. */
export function parseAddresses(text: string): readonly string[] {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    throw new Error('ip printed something else than JSON');
  }
  const found = IpAddresses.safeParse(json);
  if (!found.success) throw new Error('ip printed another form of JSON than iproute2 does');
  return found.data.flatMap(({ addr_info }) => addr_info.flatMap(({ local }) => (local === undefined ? [] : [local])));
}
