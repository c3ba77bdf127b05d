// https://wicg.github.io/webcrypto-modern-algos/ and https://wicg.github.io/webcrypto-secure-curves/ : known answers, and
// what the engine and the host say of each other.
import { describe, expect, test } from "bun:test";
import { run } from "./guest.ts";
import { helpers, hex } from "./webcrypto-helpers.ts";

describe("Argon2", () => {
  test("RFC 9106, section 5", async () => {
    expect(
      await run(`${helpers}
        const params = { memory: 32, passes: 3, parallelism: 4, nonce: new Uint8Array(16).fill(2),
          secretValue: new Uint8Array(8).fill(3), associatedData: new Uint8Array(12).fill(4) };
        return Promise.all(["Argon2d", "Argon2i", "argon2id"].map(async (name) => {
          const key = await subtle.importKey("raw-secret", new Uint8Array(32).fill(1), name, false, ["deriveBits"]);
          return hex(await subtle.deriveBits({ name, ...params }, key, 256));
        }))`),
    ).toEqual([
      "512b391b6f1162975371d30919734294f868e3be3984f3c1a13a4db9fabe4acb",
      "c814d9d1dc7f37aa13f0d77f2494bda1c8de6b016dd388d29952a4c4672b6ce8",
      "0d640df58d78766c08c037a34a8b53c9d01ef0452d75b65eb52520e96b01e659",
    ]);
  });

  // Few and many blocks a segment, also numbers of KiB that are no multiple of four.
  test.each([
    ["argon2d", 8, 1],
    ["argon2i", 13, 2],
    ["argon2id", 4099, 3],
    ["argon2i", 4096, 2],
    ["argon2d", 2050, 3],
  ] as const)("%s of %d KiB in %d passes is the host's", async (algorithm, memoryCost, timeCost) => {
    const host = await Bun.password.hash("a password", { algorithm, memoryCost, timeCost });
    const [, salt, tag] = /\$([^$]+)\$([^$]+)$/.exec(host)!;
    const decode = (text: string): string => Buffer.from(text, "base64").toString("hex");
    const name = algorithm.replace("argon", "Argon");
    expect(
      await run<string>(`${helpers}
        const key = await subtle.importKey("raw-secret", utf8("a password"), "${name}", false, ["deriveBits"]);
        const params = { name: "${name}", memory: ${memoryCost}, passes: ${timeCost}, parallelism: 1 };
        const nonce = bytes("${decode(salt!)}");
        return hex(await subtle.deriveBits({ ...params, nonce }, key, ${decode(tag!).length * 4}))`),
    ).toBe(decode(tag!));
  });

  test("tags of every length are different ones, and the longest begin like none other", async () => {
    const tags = await run<string[]>(`${helpers}
      const key = await subtle.importKey("raw-secret", utf8("x"), "Argon2id", false, ["deriveBits", "deriveKey"]);
      const params = { name: "Argon2id", memory: 8, passes: 1, parallelism: 1, nonce: new Uint8Array(8) };
      return Promise.all([4, 64, 65, 96, 97, 1000].map(async (size) => hex(await subtle.deriveBits(params, key, size * 8))))`);
    expect(tags.map((tag) => tag.length / 2)).toEqual([4, 64, 65, 96, 97, 1000]);
    expect(new Set(tags.map((tag) => tag.slice(0, 8))).size).toBe(6);
  });

  test("costs that are none are refused, and so is memory that the isolate may not have", async () => {
    expect(
      await run(`${helpers}
        const key = await subtle.importKey("raw-secret", utf8("x"), "Argon2id", false, ["deriveBits", "deriveKey"]);
        const derive = (changes, length = 256) => failure(subtle.deriveBits(
          { name: "Argon2id", memory: 64, passes: 1, parallelism: 1, nonce: new Uint8Array(8), ...changes }, key, length));
        return [
          await derive({}), await derive({ passes: 0 }), await derive({ parallelism: 0 }), await derive({ parallelism: 9 }),
          await derive({ parallelism: 2 ** 24, memory: 2 ** 31 }), await derive({ version: 0x10 }), await derive({ version: 0x13 }),
          await derive({}, 24), await derive({}, 33), await derive({}, null), await derive({ passes: -1 }),
          await derive({ memory: 2 ** 32 - 1 }), await derive({ memory: 1 << 20 }), await derive({}),
          await failure(subtle.importKey("raw", utf8("x"), "Argon2id", false, ["deriveBits"])),
          await failure(subtle.importKey("raw-secret", utf8("x"), "Argon2id", true, ["deriveBits"])),
        ]`),
    ).toEqual([
      "no exception",
      "OperationError",
      "OperationError",
      "OperationError",
      "OperationError",
      "OperationError",
      "no exception",
      "OperationError",
      "OperationError",
      "OperationError",
      "TypeError",
      "OperationError",
      "OperationError",
      "no exception",
      "NotSupportedError",
      "SyntaxError",
    ]);
  });
});

describe("ML-DSA", () => {
  test.each(["ML-DSA-44", "ML-DSA-65", "ML-DSA-87"])("%s: both ends sign for each other", async (name) => {
    const pair = (await crypto.subtle.generateKey({ name }, true, ["sign", "verify"])) as unknown as CryptoKeyPair;
    const message = new TextEncoder().encode("message");
    const jwk = JSON.stringify(await crypto.subtle.exportKey("jwk", pair.privateKey));
    const theirs = await crypto.subtle.sign({ name }, pair.privateKey, message);
    const [verified, changed, same, signature] = await run<[boolean, boolean, boolean, ArrayBuffer]>(`${helpers}
      const jwk = ${jwk};
      const key = await subtle.importKey("jwk", jwk, "${name}", true, ["sign"]);
      const own = await subtle.getPublicKey(key, ["verify"]);
      const signature = bytes("${hex(theirs)}");
      return [
        await subtle.verify("${name}", own, signature, utf8("message")),
        await subtle.verify("${name}", own, signature, utf8("massage")),
        hex(await subtle.exportKey("spki", own)) === "${hex(await crypto.subtle.exportKey("spki", pair.publicKey))}",
        await subtle.sign("${name}", key, utf8("message")),
      ]`);
    expect([verified, changed, same]).toEqual([true, false, true]);
    expect(await crypto.subtle.verify({ name }, pair.publicKey, signature, message)).toBe(true);
  });

  test("a signature is for its context alone", async () => {
    expect(
      await run(`${helpers}
        const pair = await subtle.generateKey("ML-DSA-44", false, ["sign", "verify"]);
        const named = (text) => ({ name: "ML-DSA-44", context: utf8(text) });
        const signature = await subtle.sign(named("one"), pair.privateKey, utf8("message"));
        const verify = (algorithm) => subtle.verify(algorithm, pair.publicKey, signature, utf8("message"));
        return [await verify(named("one")), await verify(named("two")), await verify("ML-DSA-44"),
          await failure(subtle.sign(named("x".repeat(256)), pair.privateKey, utf8("message")))]`),
    ).toEqual([true, false, false, "OperationError"]);
  });
});

describe("ML-KEM", () => {
  test.each(["ML-KEM-512", "ML-KEM-768", "ML-KEM-1024"])(
    "%s: both sides get the same key, in every format",
    async (name) => {
      expect(
        await run(`${helpers}
        const pair = await subtle.generateKey("${name}", true, ["encapsulateBits", "decapsulateBits", "encapsulateKey", "decapsulateKey"]);
        const { sharedKey, ciphertext } = await subtle.encapsulateBits("${name}", pair.publicKey);
        const results = [sharedKey.byteLength];
        for (const format of ["pkcs8", "raw-seed", "jwk"]) {
          const data = await subtle.exportKey(format, pair.privateKey);
          const key = await subtle.importKey(format, data, "${name}", true, ["decapsulateBits"]);
          const same = hex(await subtle.decapsulateBits("${name}", key, ciphertext)) === hex(sharedKey);
          const again = await subtle.exportKey(format, key);
          results.push(same, format === "jwk" ? again.priv === data.priv && again.pub === data.pub : hex(again) === hex(data));
        }
        for (const format of ["spki", "raw-public", "jwk"]) {
          const data = await subtle.exportKey(format, pair.publicKey);
          const key = await subtle.importKey(format, data, "${name}", true, ["encapsulateKey"]);
          const gcm = { name: "AES-GCM", length: 256 };
          const sent = await subtle.encapsulateKey("${name}", key, gcm, true, ["encrypt"]);
          const got = await subtle.decapsulateKey("${name}", pair.privateKey, sent.ciphertext, gcm, true, ["encrypt"]);
          results.push(hex(await subtle.exportKey("raw", sent.sharedKey)) === hex(await subtle.exportKey("raw", got)));
        }
        return results`),
      ).toEqual([32, true, true, true, true, true, true, true, true, true]);
    },
  );

  test.each(["ML-KEM-768", "ML-KEM-1024"])("%s with the host's", async (name) => {
    type Kem = {
      encapsulateBits: (name: string, key: CryptoKey) => Promise<{ sharedKey: ArrayBuffer; ciphertext: ArrayBuffer }>;
    };
    const seed = "5a".repeat(64);
    const raw = await run<Uint8Array<ArrayBuffer>>(`${helpers}
      const key = await subtle.importKey("raw-seed", bytes("${seed}"), "${name}", true, ["decapsulateBits"]);
      return new Uint8Array(await subtle.exportKey("raw-public", await subtle.getPublicKey(key, [])))`);
    const usages = ["encapsulateBits"] as unknown as ["encrypt"];
    const key = await crypto.subtle.importKey("raw-public" as "raw", raw, { name }, true, usages);
    const { sharedKey, ciphertext } = await (crypto.subtle as unknown as Kem).encapsulateBits(name, key);
    expect(
      await run(`${helpers}
        const key = await subtle.importKey("raw-seed", bytes("${seed}"), "${name}", false, ["decapsulateBits"]);
        return hex(await subtle.decapsulateBits("${name}", key, bytes("${hex(ciphertext)}")))`),
    ).toBe(hex(sharedKey));
  });

  test("what does not fit is refused by name", async () => {
    expect(
      await run(`${helpers}
        const pair = await subtle.generateKey("ML-KEM-768", true, ["encapsulateBits", "decapsulateBits"]);
        const jwk = await subtle.exportKey("jwk", pair.privateKey);
        const import_ = (format, data, usages = ["decapsulateBits"]) => failure(subtle.importKey(format, data, "ML-KEM-768", true, usages));
        return [
          await failure(subtle.encapsulateBits("ML-KEM-768", pair.privateKey)),
          await failure(subtle.encapsulateKey("ML-KEM-768", pair.publicKey, "HKDF", false, ["deriveBits"])),
          await failure(subtle.encapsulateBits("ML-KEM-512", pair.publicKey)),
          await failure(subtle.encapsulateBits("AES-GCM", pair.publicKey)),
          await failure(subtle.decapsulateBits("ML-KEM-768", pair.privateKey, new Uint8Array(10))),
          await failure(subtle.exportKey("raw-seed", pair.publicKey)),
          await failure(subtle.exportKey("raw", pair.publicKey)),
          await import_("raw-seed", new Uint8Array(63)),
          await import_("raw-seed", new Uint8Array(0)),
          await import_("raw-public", new Uint8Array(1184).fill(255), ["encapsulateBits"]),
          await import_("raw-public", new Uint8Array(1184), ["decapsulateBits"]),
          await import_("jwk", { ...jwk, alg: undefined }),
          await import_("jwk", { ...jwk, priv: jwk.priv.replace(/^../, "AA") }),
          await import_("jwk", { ...jwk, priv: "" }),
          await import_("pkcs8", await subtle.exportKey("spki", pair.publicKey)),
        ]`),
    ).toEqual([
      "InvalidAccessError",
      "InvalidAccessError",
      "InvalidAccessError",
      "NotSupportedError",
      "OperationError",
      "InvalidAccessError",
      "NotSupportedError",
      "DataError",
      "DataError",
      "DataError",
      "SyntaxError",
      "DataError",
      "DataError",
      "DataError",
      "DataError",
    ]);
  });
});

test("Ed448 with and without a context (RFC 8032, section 7.4)", async () => {
  expect(
    await run(`${helpers}
      const seed = "c4eab05d357007c632f3dbb48489924d552b08fe0c353a0d4a1f00acda2c463afbea67c5e8d2877c5e3bc397a659949ef8021e954e0a12274e";
      const pkcs8 = bytes("3047020100300506032b6571043b0439" + seed);
      const key = await subtle.importKey("pkcs8", pkcs8, "Ed448", false, ["sign"]);
      const own = await subtle.getPublicKey(key, ["verify"]);
      const foo = { name: "Ed448", context: utf8("foo") };
      const signature = await subtle.sign(foo, key, new Uint8Array([3]));
      return [
        hex(await subtle.sign("Ed448", key, new Uint8Array([3]))),
        hex(signature),
        await subtle.verify(foo, own, signature, new Uint8Array([3])),
        await subtle.verify("Ed448", own, signature, new Uint8Array([3])),
      ]`),
  ).toEqual([
    "26b8f91727bd62897af15e41eb43c377efb9c610d48f2335cb0bd0087810f4352541b143c4b981b7e18f62de8ccdf633fc1bf037ab7cd779805e0dbcc0aae1cbcee1afb2e027df36bc04dcecbf154336c19f0af7e0a6472905e799f1953d2a0ff3348ab21aa4adafd1d234441cf807c03a00",
    "d4f8f6131770dd46f40867d6fd5d5055de43541f8c5e35abbcd001b32a89f7d2151f7647f11d8ca2ae279fb842d607217fce6e042f6815ea000c85741de5c8da1144a6a1aba7f96de42505d7a7298524fda538fccbbb754f578c1cad10d54d0d5428407e85dcbc98a49155c13764e66c3c00",
    true,
    false,
  ]);
});

test("SubtleCrypto.supports knows them", async () => {
  expect(
    await run(`${helpers}
      const argon2 = { name: "Argon2id", memory: 64, passes: 1, parallelism: 1, nonce: new Uint8Array(8) };
      return [
        SubtleCrypto.supports("generateKey", "ML-DSA-65"),
        SubtleCrypto.supports("encapsulateBits", "ML-KEM-512"),
        SubtleCrypto.supports("encapsulateKey", "ML-KEM-512", { name: "AES-GCM", length: 256 }),
        SubtleCrypto.supports("decapsulateKey", "ML-KEM-512", { name: "HMAC", hash: "SHA-256" }),
        SubtleCrypto.supports("deriveBits", argon2, 256),
        SubtleCrypto.supports("deriveKey", argon2, { name: "AES-GCM", length: 256 }),
        SubtleCrypto.supports("digest", { name: "KT128", outputLength: 256 }),
        SubtleCrypto.supports("encapsulateKey", "ML-KEM-512"),
        SubtleCrypto.supports("encapsulateKey", "ML-KEM-512", "ECDSA"),
        SubtleCrypto.supports("encapsulateBits", "ML-DSA-65"),
        SubtleCrypto.supports("deriveBits", argon2, 24),
        SubtleCrypto.supports("deriveBits", { ...argon2, memory: 7 }, 256),
        SubtleCrypto.supports("digest", { name: "KT128", outputLength: 0 }),
      ]`),
  ).toEqual([true, true, true, true, true, true, true, false, false, false, false, false, false]);
});
