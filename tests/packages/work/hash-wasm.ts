import { argon2id, argon2Verify, bcrypt, blake3, crc32, createSHA256, md5, scrypt, sha3, xxhash64 } from "hash-wasm";

/** Digests by WebAssembly, beside SubtleCrypto's where it has the same. */
export async function digests(text: string): Promise<Record<string, string>> {
  const bytes = new TextEncoder().encode(text);
  const streaming = await createSHA256();
  for (let start = 0; start < bytes.length; start += 1000) streaming.update(bytes.subarray(start, start + 1000));
  const subtle = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  return {
    blake3: await blake3(bytes),
    crc32: await crc32(bytes),
    md5: await md5(bytes),
    sha3: await sha3(bytes, 512),
    xxhash64: await xxhash64(bytes),
    sha256: streaming.digest("hex"),
    subtle: [...subtle].map((byte) => byte.toString(16).padStart(2, "0")).join(""),
  };
}

/** Passwords by the functions made to be slow, at little cost. */
export async function passwords(password: string): Promise<unknown> {
  const salt = new Uint8Array(16).fill(7);
  const argon = await argon2id({
    password,
    salt,
    parallelism: 1,
    iterations: 2,
    memorySize: 512,
    hashLength: 32,
    outputType: "encoded",
  });
  return {
    argon,
    matches: [await argon2Verify({ password, hash: argon }), await argon2Verify({ password: "other", hash: argon })],
    bcrypt: await bcrypt({ password, salt, costFactor: 5, outputType: "encoded" }),
    scrypt: await scrypt({ password, salt, costFactor: 1024, blockSize: 8, parallelism: 1, hashLength: 32 }),
  };
}
