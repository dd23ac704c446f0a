import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { Authority, CertifiedKey } from './certificates.ts';

export interface PatroniOverTls {
  readonly port: number;
  /** `METHOD path, who (name in the client's certificate, or nobody)` of what came through the handshake, in order. */
  readonly heard: readonly string[];
  close(): Promise<void>;
}

/** With the modules of Python that Patroni serves its API by (patroni/api.py: RestApiServer, __get_ssl_options, check_access). */
const SERVER = `
import base64, http.server, ssl, sys
cert, key, ca, verify, login = sys.argv[1:]
class Api(http.server.BaseHTTPRequestHandler):
    protocol_version = 'HTTP/1.1'
    def answer(self, status, text):
        self.send_response(status)
        self.send_header('Content-Length', str(len(text)))
        self.end_headers()
        self.wfile.write(text.encode())
    def do_GET(self):
        peer = self.request.getpeercert()
        who = dict(part[0] for part in peer['subject'])['commonName'] if peer else 'nobody'
        print(self.command, self.path + ',', who, flush=True)
        self.rfile.read(int(self.headers.get('Content-Length') or 0))
        changes = self.command != 'GET'
        if changes and verify in ('optional', 'required') and not peer:
            return self.answer(403, 'client certificate required')
        if changes and login and self.headers.get('Authorization') != 'Basic ' + base64.b64encode(login.encode()).decode():
            return self.answer(401, 'not authenticated')
        self.answer(200, '{"ttl":30}')
    do_POST = do_PATCH = do_DELETE = do_GET
    def log_message(self, *words):
        pass
class Server(http.server.ThreadingHTTPServer):
    daemon_threads = True
    def get_request(self):
        request, address = super().get_request()
        return context.wrap_socket(request, server_side=True, do_handshake_on_connect=False), address
    def process_request_thread(self, request, address):
        try:
            request.do_handshake()
        except Exception:
            return self.shutdown_request(request)
        super().process_request_thread(request, address)
context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH, cafile=ca)
context.load_cert_chain(certfile=cert, keyfile=key)
context.verify_mode = {'none': ssl.CERT_NONE, 'optional': ssl.CERT_OPTIONAL, 'required': ssl.CERT_REQUIRED}[verify]
server = Server(('127.0.0.1', 0), Api)
print(server.server_address[1], flush=True)
server.serve_forever()
`;

/**
 * A REST API that admits as Patroni does: with `optional` a change without a client certificate of its authority is 403, with `required`
 * such a handshake fails; then a change without the right basic auth is 401.
 */
export async function patroniOverTls(of: {
  readonly server: CertifiedKey;
  readonly authority: Authority;
  readonly verifyClient: 'none' | 'optional' | 'required';
  readonly login?: string;
}): Promise<PatroniOverTls> {
  const { server, authority, verifyClient, login = '' } = of;
  const child = spawn('python3', ['-c', SERVER, server.cert, server.key, authority.ca, verifyClient, login], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const heard: string[] = [];
  const lines = createInterface(child.stdout);
  const port = await new Promise<number>((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code) => reject(new Error(`python3 ended with ${code}`)));
    lines.once('line', (line) => {
      resolve(Number(line));
      lines.on('line', (said) => heard.push(said));
    });
  });
  return {
    ...{ port, heard },
    async close() {
      child.kill('SIGKILL');
      if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
    },
  };
}
