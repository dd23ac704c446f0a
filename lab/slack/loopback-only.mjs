// Loaded into local-slack before its own code (bunfig.toml: preload). local-slack listens on every interface and lets anybody
// in; here it listens on loopback alone and answers only whoever knows the front's key.
const key = process.env.FRONT_KEY;
const serve = Bun.serve;
Object.defineProperty(Bun, 'serve', {
  value: (options) =>
    serve.call(Bun, {
      ...options,
      hostname: '127.0.0.1',
      idleTimeout: 255,
      fetch: (request, server) =>
        key && request.headers.get('x-front-key') === key
          ? options.fetch(request, server)
          : new Response('Only the front may talk to local-slack.\n', { status: 403 }),
    }),
});
