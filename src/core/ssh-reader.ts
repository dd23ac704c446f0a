/** Reads the fields of SSH's wire format one after another (RFC 4251, section 5). Nothing that was read is trusted to be long enough. */
export interface SshReader {
  uint32(): number;
  byte(): number;
  /** A `string`: its length, then its bytes. */
  bytes(): Buffer;
  /** A `string` of printable ASCII, such as a name. */
  name(): string;
  /** A positive `mpint` as its bytes without leading zeros. */
  positive(): Buffer;
  raw(length: number): Buffer;
  /** @throws RangeError when something is left. */
  end(): void;
}

/** Every method throws RangeError for what is cut off or is not what it should be. */
export function sshReader(data: Buffer): SshReader {
  let at = 0;
  const raw = (length: number): Buffer => {
    if (length > data.length - at) throw new RangeError('it is cut off');
    at += length;
    return data.subarray(at - length, at);
  };
  const uint32 = () => raw(4).readUInt32BE();
  const bytes = () => raw(uint32());
  return {
    uint32,
    bytes,
    raw,
    byte: () => raw(1).readUInt8(),
    name() {
      const text = bytes().toString('latin1');
      if (!/^[\x21-\x7e]*$/.test(text)) throw new RangeError('a name in it is no name');
      return text;
    },
    positive() {
      const number = bytes();
      const first = number.findIndex((byte) => byte !== 0);
      if (first < 0 || (number[0] ?? 0) >= 0x80) throw new RangeError('a number in it is not positive');
      return number.subarray(first);
    },
    end() {
      if (at !== data.length) throw new RangeError('something is left at its end');
    },
  };
}

/** A `string` of the wire format. */
export function sshString(data: Buffer | string): Buffer {
  const bytes = Buffer.from(data);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(bytes.length);
  return Buffer.concat([length, bytes]);
}
