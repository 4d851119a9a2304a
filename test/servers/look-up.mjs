// Imported by a process under test (NODE_OPTIONS): its sockets look names up at the server of `names.ts`, since the
// system's own look-up has no setting for one. The errors are those of the system's.
import dns from "node:dns";

const resolver = new dns.Resolver({ timeout: 1000, tries: 1 });
resolver.setServers([process.env.TEST_NAME_SERVER]);

dns.lookup = (name, options, done) => {
  resolver.resolve4(name, (error, addresses = []) => {
    const code = error?.code === "ENOTFOUND" || error?.code === "ENODATA" ? "ENOTFOUND" : "EAI_AGAIN";
    if (error !== null)
      return done(
        Object.assign(new Error(`getaddrinfo ${code} ${name}`), {
          code,
          syscall: "getaddrinfo",
          hostname: name,
        }),
      );
    if (options.all === true)
      return done(
        null,
        addresses.map((address) => ({ address, family: 4 })),
      );
    return done(null, addresses[0], 4);
  });
};
