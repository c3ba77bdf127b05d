// Guests that use Web Cryptography as a weapon: against the CPU limit, the memory limit, or our own code.
import { expect, test } from "bun:test";
import { createGuest, run } from "./guest.ts";

const limits = { cpuMs: 150, wallMs: 20_000 };

/** How a guest that starts `body` ends, and that another one answers meanwhile. */
async function endOf(body: string): Promise<{ reason: unknown; neighbour: unknown }> {
  const guest = await createGuest(limits);
  const ended = new Promise<unknown>((resolve) => {
    guest.onSystem("terminated", (event: { readonly reason: unknown }) => resolve(event.reason));
  });
  guest.execute(`(async () => { ${body} })()`);
  const neighbour = await run("return (await crypto.subtle.digest('SHA-256', new Uint8Array(1))).byteLength");
  return { reason: await ended, neighbour };
}

test.each([
  [
    "a PBKDF2 bomb",
    `const key = await crypto.subtle.importKey("raw", new Uint8Array(8), "PBKDF2", false, ["deriveBits"]);
     await crypto.subtle.deriveBits({ name: "PBKDF2", hash: "SHA-512", salt: new Uint8Array(8), iterations: 1e9 }, key, 512);`,
  ],
  [
    "PBKDF2 with few iterations of a long salt",
    `const key = await crypto.subtle.importKey("raw", new Uint8Array(8), "PBKDF2", false, ["deriveBits"]);
     const salt = new Uint8Array(4 << 20);
     await crypto.subtle.deriveBits({ name: "PBKDF2", hash: "SHA-1", salt, iterations: 1 }, key, 8 * 1e6);`,
  ],
  [
    "Argon2 with endless passes",
    `const key = await crypto.subtle.importKey("raw-secret", new Uint8Array(8), "Argon2id", false, ["deriveBits"]);
     const costs = { memory: 1 << 14, passes: 2 ** 32 - 1, parallelism: 1 };
     await crypto.subtle.deriveBits({ name: "Argon2id", nonce: new Uint8Array(8), ...costs }, key, 256);`,
  ],
  [
    "Argon2 with a lane every eight blocks and a long tag",
    `const key = await crypto.subtle.importKey("raw-secret", new Uint8Array(8), "Argon2i", false, ["deriveBits"]);
     const costs = { memory: 1 << 15, passes: 1, parallelism: 1 << 12 };
     for (;;) await crypto.subtle.deriveBits({ name: "Argon2i", nonce: new Uint8Array(8), ...costs }, key, 8 << 20);`,
  ],
  [
    "ML-DSA keys and signatures",
    `const data = new Uint8Array(1 << 20);
     for (;;) {
       const { privateKey } = await crypto.subtle.generateKey("ML-DSA-87", false, ["sign", "verify"]);
       await crypto.subtle.sign("ML-DSA-87", privateKey, data);
     }`,
  ],
  [
    "a large RSA key",
    `await crypto.subtle.generateKey({ name: "RSA-PSS", hash: "SHA-256", modulusLength: 8192,
       publicExponent: new Uint8Array([1, 0, 1]) }, true, ["sign"]);
     for (;;);`,
  ],
  [
    "endless digests",
    `const data = new Uint8Array(1 << 20);
     for (;;) await crypto.subtle.digest("SHA-512", data);`,
  ],
])("%s ends by the CPU limit", async (_name, body) => {
  expect(await endOf(body)).toEqual({ reason: "cpu_limit_exceeded", neighbour: 32 });
});

// ML-DSA's are 120 MB, if nothing is collected.
test.each([
  ["Ed25519", 20_000],
  ["ML-DSA-87", 3000],
])(
  "%s keys that are garbage are collected, and an isolate's end frees those that are not",
  async (name, rounds) => {
    const guest = await createGuest({ memoryMb: 64, cpuMs: 60_000 });
    expect(
      await run(
        `let kept = [];
       for (let round = 0; round < ${rounds}; round++) {
         const key = await crypto.subtle.generateKey("${name}", true, ["sign"]);
         if (round % 100 === 0) kept.push(key);
       }
       return kept.length`,
        guest,
      ),
    ).toBe(rounds / 100);
  },
  60_000,
);

test("Argon2's memory is the isolate's, and given back at once", async () => {
  const guest = await createGuest({ memoryMb: 64, cpuMs: 20_000 });
  expect(
    await run(
      `const key = await crypto.subtle.importKey("raw-secret", new Uint8Array(8), "Argon2id", false, ["deriveBits"]);
       const derive = (memory) => crypto.subtle.deriveBits(
         { name: "Argon2id", nonce: new Uint8Array(8), memory, passes: 1, parallelism: 1 }, key, 256);
       const first = new Uint8Array(await derive(48 << 10)).join();
       for (let round = 0; round < 10; round++) {
         if (new Uint8Array(await derive(48 << 10)).join() !== first) return "another tag";
       }
       return derive(72 << 10).then(() => "more than there is", (error) => error.name)`,
      guest,
    ),
  ).toBe("OperationError");
}, 60_000);

test("a guest that has replaced intrinsics neither breaks nor sees the operations", async () => {
  expect(
    await run(`
      const { subtle } = crypto;
      const seen = [];
      const fake = (name) => function () { seen.push(name); throw new Error("patched " + name); };
      const { get } = Object.getOwnPropertyDescriptor(Object.getPrototypeOf(Uint8Array.prototype), "length");
      const push = Array.prototype.push;
      for (const name of ["toString", "slice", "charCodeAt", "toUpperCase"]) String.prototype[name] = fake(name);
      for (const name of ["set", "slice", "subarray", "fill"]) Object.getPrototypeOf(Uint8Array.prototype)[name] = fake(name);
      for (const name of ["map", "join", "includes", "concat", "filter", "indexOf"]) Array.prototype[name] = fake(name);
      JSON.parse = fake("parse");
      JSON.stringify = fake("stringify");
      Object.prototype.toJSON = fake("toJSON");
      Object.defineProperty(Array.prototype, 0, { set: fake("0"), configurable: true });
      for (const name of ["k", "crv", "x", "d", "alg", "params", "hash", "secret", "oth", "pub", "priv", "bytes", "sharedKey"]) {
        Object.defineProperty(Object.prototype, name, { set: fake(name), get: undefined, configurable: true });
      }
      const pair = await subtle.generateKey({ __proto__: null, name: "ECDSA", namedCurve: "P-256" }, true, ["sign", "verify"]);
      const jwk = await subtle.exportKey("jwk", pair.privateKey);
      const copy = { __proto__: null, kty: jwk.kty, crv: jwk.crv, x: jwk.x, y: jwk.y, d: jwk.d };
      const key = await subtle.importKey("jwk", copy, { __proto__: null, name: "ECDSA", namedCurve: "P-256" }, true, ["sign"]);
      const data = new Uint8Array(3);
      const signature = await subtle.sign({ __proto__: null, name: "ECDSA", hash: "SHA-256" }, key, data);
      const valid = await subtle.verify({ __proto__: null, name: "ECDSA", hash: "SHA-256" }, pair.publicKey, signature, data);
      const wrapping = await subtle.generateKey({ name: "AES-GCM", length: 256 }, false, ["wrapKey", "unwrapKey"]);
      const gcm = { __proto__: null, name: "AES-GCM", iv: new Uint8Array(12) };
      const wrapped = await subtle.wrapKey("jwk", key, wrapping, gcm);
      await subtle.unwrapKey("jwk", wrapped, wrapping, gcm, { __proto__: null, name: "ECDSA", namedCurve: "P-256" }, true, ["sign"]);
      const kem = await subtle.generateKey("ML-KEM-768", true, ["encapsulateKey", "decapsulateBits"]);
      const seed = await subtle.exportKey("jwk", kem.privateKey);
      const akp = { __proto__: null, kty: seed.kty, alg: seed.alg, pub: seed.pub, priv: seed.priv };
      const own = await subtle.importKey("jwk", akp, { __proto__: null, name: "ML-KEM-768" }, true, ["decapsulateBits"]);
      const aes = { __proto__: null, name: "AES-GCM", length: 256 };
      const { ciphertext } = await subtle.encapsulateKey("ML-KEM-768", kem.publicKey, aes, true, ["encrypt"]);
      await subtle.decapsulateBits("ML-KEM-768", own, ciphertext);
      const argon2 = { __proto__: null, name: "Argon2id", memory: 8, passes: 1, parallelism: 1, nonce: new Uint8Array(8) };
      const password = await subtle.importKey("raw-secret", data, "Argon2id", false, ["deriveBits"]);
      await subtle.deriveBits(argon2, password, 256);
      const result = { __proto__: null };
      Object.defineProperty(result, "valid", { value: valid, enumerable: true });
      Object.defineProperty(result, "seen", { value: seen.length, enumerable: true });
      delete Array.prototype[0];
      return valid && seen.length === 0 ? "unseen" : seen[0]`),
  ).toBe("unseen");
});
