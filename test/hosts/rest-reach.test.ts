import { describe, expect, it } from 'vitest';
import { restProbe } from '../../src/hosts/remote-commands.ts';
import { restReachOf } from '../../src/hosts/rest-reach.ts';

describe('the probe of a REST API from another host', () => {
  it.each([
    'http://10.0.0.2:8008/config',
    'http://10.0.0.2/liveness',
    'file:///etc/passwd',
    'http://user:secret@10.0.0.2:8008/liveness',
    'http://10.0.0.2:8008/liveness --data x',
    'http://-o:8008/liveness',
    '',
  ])('takes no address but that of one, so %j never gets to a host', (url) => {
    expect(() => restProbe(url)).toThrow('is no address');
  });

  it.each(['http://10.0.0.2:8008/liveness', 'https://pg2.example.org:8008/liveness', 'http://[fd00::2]:8008/liveness'])(
    'asks %s and nothing else, as the login user',
    (url) => {
      const { as, argv } = restProbe(url);
      expect(as).toBe('trunkline');
      expect(argv[0]).toBe('/usr/bin/curl');
      expect(argv.slice(-2)).toEqual(['--url', url]);
    },
  );
});

describe("the end of the probe's curl", () => {
  it.each([
    [0, '200', true, 'answer 200'],
    [0, '503', true, 'answer 503'],
    [35, '000', true, 'curl connects and ends with 35'],
    [60, '000', true, 'curl connects and ends with 60'],
    [7, '000', false, 'the connection is refused or there is no way to it'],
    [28, '000', false, 'no answer within 2 s'],
    [6, '000', false, 'its name is not known there'],
  ])('%i with %s means connects: %s', (code, stdout, connects, says) => {
    expect(restReachOf({ code, stdout })).toEqual({ connects, says });
  });

  it('tells nothing where curl can not be run', () => {
    for (const code of [126, 127, undefined]) expect(() => restReachOf({ code, stdout: '' })).toThrow('curl could not be run');
  });
});
