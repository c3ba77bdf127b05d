import { DebianPackage } from "./debian-package.mjs";

/** Debian 12's, which is built for an old glibc. */
export const zlib = new DebianPackage({
  title: "zlib",
  name: "zlib1g-dev",
  suite: "bookworm",
  series: /^1:1\.2\.13\./,
  folder: "zlib",
  variable: "NETWORK_RUNTIME_ZLIB",
  archive: "usr/lib/x86_64-linux-gnu/libz.a",
});
