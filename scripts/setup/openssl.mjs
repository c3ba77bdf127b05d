import { DebianPackage } from "./debian-package.mjs";

/** Debian 13's: Debian 12's 3.0 lacks the post-quantum algorithms. */
export const openssl = new DebianPackage({
  title: "OpenSSL",
  name: "libssl-dev",
  suite: "trixie",
  series: /^3\.5\.\d+-/,
  folder: "openssl-3.5",
  variable: "NETWORK_RUNTIME_OPENSSL",
  archive: "usr/lib/x86_64-linux-gnu/libcrypto.a",
});
