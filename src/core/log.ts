/** Structured log: a static message and fields. Every line passes the redactor before it is written. */
export interface Log {
  child(fields: Readonly<Record<string, unknown>>): Log;
  debug(msg: string, fields?: Readonly<Record<string, unknown>>): void;
  info(msg: string, fields?: Readonly<Record<string, unknown>>): void;
  warn(msg: string, fields?: Readonly<Record<string, unknown>>): void;
  error(msg: string, fields?: Readonly<Record<string, unknown>>): void;
}
