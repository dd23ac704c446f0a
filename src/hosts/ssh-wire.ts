/** A `string` of the SSH protocol (RFC 4251, 5): its length, then its bytes. */
export function wireString(bytes: Buffer | string): Buffer {
  const body = typeof bytes === 'string' ? Buffer.from(bytes, 'latin1') : bytes;
  const length = Buffer.alloc(4);
  length.writeUInt32BE(body.length);
  return Buffer.concat([length, body]);
}

export function wireUint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}

/** Reads the fields of a binary message of the SSH protocol one after the other. */
export interface WireReader {
  /** @throws RangeError when the message is shorter. */
  string(): Buffer;
  uint32(): number;
  /** Also used for the times of certificates; above 2^53 it is not exact. */
  uint64(): number;
  ended(): boolean;
}

export function wireReader(bytes: Buffer): WireReader {
  let at = 0;
  const take = (count: number) => {
    if (at + count > bytes.length) throw new RangeError('the message is cut short');
    at += count;
    return bytes.subarray(at - count, at);
  };
  return {
    string: () => take(take(4).readUInt32BE()),
    uint32: () => take(4).readUInt32BE(),
    uint64: () => Number(take(8).readBigUInt64BE()),
    ended: () => at >= bytes.length,
  };
}
