import { DebianPackage } from "./debian-package.mjs";

/** Debian 12's, which is built for an old glibc. */
export const brotli = new DebianPackage({
  title: "Brotli",
  name: "libbrotli-dev",
  suite: "bookworm",
  series: /^1\.0\.9-/,
  folder: "brotli",
  variable: "NETWORK_RUNTIME_BROTLI",
  archive: "usr/lib/x86_64-linux-gnu/libbrotlidec.a",
});
