// https://w3c.github.io/webcrypto/ : known answers, and what the engine and the host's own Web Crypto say of each other.
import { describe, expect, test } from "bun:test";
import { run, thrown } from "./guest.ts";
import { helpers, hex } from "./webcrypto-helpers.ts";

describe("known answers", () => {
  test("SHA (FIPS 180-4) and SHA-3 (FIPS 202) of 'abc'", async () => {
    const names = ["SHA-1", "sha-256", "SHA-384", "SHA-512", "SHA3-256", "SHA3-512"];
    const digests = await run<string[]>(`${helpers}
      return Promise.all(${JSON.stringify(names)}.map(async (name) => hex(await subtle.digest(name, utf8("abc")))))`);
    const host = names.map((name) =>
      new Bun.CryptoHasher(name.toLowerCase().replace(/^sha-/, "sha") as "sha1").update("abc").digest("hex"),
    );
    expect(digests).toEqual(host);
    expect(digests[0]).toBe("a9993e364706816aba3e25717850c26c9cd0d89d");
  });

  test("HMAC (RFC 4231, case 2) and HKDF (RFC 5869, cases 1 and 3)", async () => {
    expect(
      await run(`${helpers}
        const key = await subtle.importKey("raw", utf8("Jefe"), { name: "HMAC", hash: "SHA-256" }, false, ["sign"]);
        const secret = await subtle.importKey("raw", bytes("0b".repeat(22)), "HKDF", false, ["deriveBits"]);
        const derive = (salt, info) =>
          subtle.deriveBits({ name: "HKDF", hash: "SHA-256", salt: bytes(salt), info: bytes(info) }, secret, 42 * 8);
        return [
          hex(await subtle.sign("HMAC", key, utf8("what do ya want for nothing?"))),
          hex(await derive("000102030405060708090a0b0c", "f0f1f2f3f4f5f6f7f8f9")),
          hex(await derive("", "")),
        ]`),
    ).toEqual([
      "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843",
      "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865",
      "8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d9d201395faa4b61a96c8",
    ]);
  });

  test("PBKDF2 (RFC 6070)", async () => {
    expect(
      await run(`${helpers}
        const derive = async (password, salt, iterations, length) => {
          const key = await subtle.importKey("raw", utf8(password), "PBKDF2", false, ["deriveBits"]);
          return hex(await subtle.deriveBits({ name: "PBKDF2", hash: "SHA-1", salt: utf8(salt), iterations }, key, length * 8));
        };
        return [
          await derive("password", "salt", 1, 20),
          await derive("password", "salt", 2, 20),
          await derive("password", "salt", 4096, 20),
          await derive("passwordPASSWORDpassword", "saltSALTsaltSALTsaltSALTsaltSALTsalt", 4096, 25),
          await derive("pass\\0word", "sa\\0lt", 4096, 16),
        ]`),
    ).toEqual([
      "0c60c80f961f0e71f3a9b524af6012062fe037a6",
      "ea6c014dc72d6f8ccd1ed92ace1d41f0d8de8957",
      "4b007901b765489abead49d926f721d065a429c1",
      "3d2eec4fe41c849b80c8d83662c0e44a8b291a964cf2f07038",
      "56fa6aa75548099dcc37d7f03425e0c3",
    ]);
  });
});

describe("with the host's Web Crypto", () => {
  const message = "The quick brown fox";

  test.each([
    ["AES-CBC", { name: "AES-CBC", iv: new Uint8Array(16).fill(7) }],
    ["AES-CTR", { name: "AES-CTR", counter: new Uint8Array(16).fill(255), length: 64 }],
    ["AES-GCM", { name: "AES-GCM", iv: new Uint8Array(12).fill(7), additionalData: new Uint8Array(5) }],
  ])("%s: what one encrypts, the other decrypts", async (name, params) => {
    const secret = new Uint8Array(32).fill(3);
    const key = await crypto.subtle.importKey("raw", secret, name, false, ["encrypt"]);
    const encrypted = await crypto.subtle.encrypt(params, key, new TextEncoder().encode(message.repeat(100)));
    const literal = `{ name: "${name}", length: 64, counter: new Uint8Array(16).fill(255),
      iv: new Uint8Array(${name === "AES-GCM" ? 12 : 16}).fill(7), additionalData: new Uint8Array(5) }`;
    expect(
      await run<string[]>(`${helpers}
        const key = await subtle.importKey("raw", new Uint8Array(32).fill(3), "${name}", false, ["encrypt", "decrypt"]);
        const encrypted = await subtle.encrypt(${literal}, key, utf8("${message}".repeat(100)));
        const decrypted = await subtle.decrypt(${literal}, key, encrypted);
        return [hex(encrypted), new TextDecoder().decode(decrypted)]`),
    ).toEqual([hex(encrypted), message.repeat(100)]);
  });

  test.each([
    ["RSASSA-PKCS1-v1_5", `hash: "SHA-256", modulusLength: 1024, publicExponent: new Uint8Array([1, 0, 1])`, ""],
    ["RSA-PSS", `hash: "SHA-384", modulusLength: 1024, publicExponent: new Uint8Array([1, 0, 1])`, "saltLength: 20"],
    ["ECDSA", `namedCurve: "P-256"`, `hash: "SHA-256"`],
    ["ECDSA", `namedCurve: "P-521"`, `hash: "SHA-512"`],
    ["Ed25519", "", ""],
  ])("%s (%s): signed here, verified there, by SPKI and by JWK", async (name, generation, signing) => {
    const signed = await run<{ spki: ArrayBuffer; jwk: Record<string, unknown>; signature: ArrayBuffer }>(`${helpers}
      const pair = await subtle.generateKey({ name: "${name}", ${generation} }, true, ["sign", "verify"]);
      const jwk = await subtle.exportKey("jwk", pair.privateKey);
      const again = await subtle.importKey("jwk", jwk, { name: "${name}", ${generation} }, true, ["sign"]);
      const pkcs8 = await subtle.exportKey("pkcs8", again);
      const third = await subtle.importKey("pkcs8", pkcs8, { name: "${name}", ${generation} }, false, ["sign"]);
      return {
        spki: await subtle.exportKey("spki", pair.publicKey),
        jwk: await subtle.exportKey("jwk", pair.publicKey),
        signature: await subtle.sign({ name: "${name}", ${signing} }, third, utf8("${message}")),
      }`);
    const algorithm = {
      name,
      hash: /hash: "(.*?)"/.exec(generation)?.[1],
      namedCurve: /namedCurve: "(.*?)"/.exec(generation)?.[1],
    };
    const scheme = { name, hash: /hash: "(.*?)"/.exec(signing)?.[1], saltLength: 20 };
    for (const [format, data] of [
      ["spki", signed.spki],
      ["jwk", signed.jwk],
    ] as const) {
      // The overloads of importKey tell the formats apart, a union does not.
      const key = await crypto.subtle.importKey(format as "jwk", data as never, algorithm, true, ["verify"]);
      const verify = (text: string): Promise<boolean> =>
        crypto.subtle.verify(scheme, key, signed.signature, new TextEncoder().encode(text));
      expect([await verify(message), await verify(`${message}!`)]).toEqual([true, false]);
    }
  });

  test.each(["P-256", "P-384", "P-521"])("ECDH on %s agrees", async (namedCurve) => {
    const pair = await crypto.subtle.generateKey({ name: "ECDH", namedCurve }, true, ["deriveBits"]);
    const raw = hex(await crypto.subtle.exportKey("raw", pair.publicKey));
    const [peer, secret] = await run<[Uint8Array<ArrayBuffer>, string]>(`${helpers}
      const algorithm = { name: "ECDH", namedCurve: "${namedCurve}" };
      const other = await subtle.importKey("raw", bytes("${raw}"), algorithm, true, []);
      const pair = await subtle.generateKey(algorithm, false, ["deriveBits"]);
      const secret = await subtle.deriveBits({ name: "ECDH", public: other }, pair.privateKey);
      return [new Uint8Array(await subtle.exportKey("raw", pair.publicKey)), hex(secret)]`);
    const key = await crypto.subtle.importKey("raw", peer, { name: "ECDH", namedCurve }, true, []);
    const bits = { "P-256": 256, "P-384": 384, "P-521": 528 }[namedCurve]!;
    expect(hex(await crypto.subtle.deriveBits({ name: "ECDH", public: key }, pair.privateKey, bits))).toBe(secret);
  });

  test("RSA-OAEP: encrypted there, decrypted here", async () => {
    const algorithm = { name: "RSA-OAEP", hash: "SHA-256" };
    const generation = { ...algorithm, modulusLength: 2048, publicExponent: new Uint8Array([1, 0, 1]) };
    const pair = await crypto.subtle.generateKey(generation, true, ["encrypt", "decrypt"]);
    const label = new TextEncoder().encode("label");
    const data = new TextEncoder().encode(message);
    const encrypted = await crypto.subtle.encrypt({ name: "RSA-OAEP", label }, pair.publicKey, data);
    expect(
      await run(`${helpers}
        const pkcs8 = bytes("${hex(await crypto.subtle.exportKey("pkcs8", pair.privateKey))}");
        const key = await subtle.importKey("pkcs8", pkcs8, { name: "RSA-OAEP", hash: "SHA-256" }, false, ["decrypt"]);
        const decrypt = (label) => subtle.decrypt({ name: "RSA-OAEP", label: utf8(label) }, key, bytes("${hex(encrypted)}"));
        return [new TextDecoder().decode(await decrypt("label")), await failure(decrypt("other"))]`),
    ).toEqual([message, "OperationError"]);
  });

  test("a key wrapped as JWK and by AES-KW comes out the same", async () => {
    expect(
      await run(`${helpers}
        const wrapping = await subtle.generateKey({ name: "AES-GCM", length: 256 }, false, ["wrapKey", "unwrapKey"]);
        const kw = await subtle.generateKey({ name: "AES-KW", length: 128 }, false, ["wrapKey", "unwrapKey"]);
        const key = await subtle.generateKey({ name: "HMAC", hash: "SHA-512" }, true, ["sign"]);
        const gcm = { name: "AES-GCM", iv: new Uint8Array(12) };
        const hmac = { name: "HMAC", hash: "SHA-512" };
        const first = await subtle.unwrapKey("jwk", await subtle.wrapKey("jwk", key, wrapping, gcm), wrapping, gcm, hmac, true, ["sign"]);
        const second = await subtle.unwrapKey("raw", await subtle.wrapKey("raw", first, kw, "AES-KW"), kw, "AES-KW", hmac, true, ["sign"]);
        return hex(await subtle.exportKey("raw", key)) === hex(await subtle.exportKey("raw", second))`),
    ).toBe(true);
  });

  test("AES-KW wraps JWKs of every length", async () => {
    expect(
      await run(`${helpers}
        const kw = await subtle.generateKey({ name: "AES-KW", length: 256 }, false, ["wrapKey", "unwrapKey"]);
        const wrong = [];
        for (let bytes = 1; bytes <= 40; bytes++) {
          const hmac = { name: "HMAC", hash: "SHA-256" };
          const key = await subtle.importKey("raw", new Uint8Array(bytes).fill(bytes), hmac, true, ["sign"]);
          const wrapped = await subtle.wrapKey("jwk", key, kw, "AES-KW");
          const back = await subtle.unwrapKey("jwk", wrapped, kw, "AES-KW", hmac, true, ["sign"]);
          const same = hex(await subtle.exportKey("raw", back)) === hex(await subtle.exportKey("raw", key));
          if (!same || wrapped.byteLength % 8 !== 0) wrong.push(bytes);
        }
        for (const name of ["ECDSA", "Ed25519", "X25519"]) {
          const algorithm = name === "ECDSA" ? { name, namedCurve: "P-384" } : { name };
          const uses = name === "X25519" ? ["deriveBits"] : ["sign"];
          const { privateKey } = await subtle.generateKey(algorithm, true, name === "X25519" ? uses : ["sign", "verify"]);
          const wrapped = await subtle.wrapKey("jwk", privateKey, kw, { name: "AES-KW" });
          const back = await subtle.unwrapKey("jwk", wrapped, kw, "AES-KW", algorithm, true, uses);
          if ((await subtle.exportKey("jwk", back)).d !== (await subtle.exportKey("jwk", privateKey)).d) wrong.push(name);
        }
        return wrong`),
    ).toEqual([]);
  });
});

describe("CryptoKey", () => {
  test("cannot be made, forged or looked into", async () => {
    expect(
      await run(`${helpers}${thrown}
        const key = await subtle.generateKey({ name: "AES-GCM", length: 128 }, false, ["encrypt"]);
        const forged = Object.create(CryptoKey.prototype, Object.getOwnPropertyDescriptors(key));
        const lie = key.algorithm;
        lie.name = "AES-CBC";
        key.usages.push("decrypt");
        return [
          thrown(() => new CryptoKey()),
          thrown(() => new SubtleCrypto()),
          await failure(subtle.encrypt({ name: "AES-GCM", iv: new Uint8Array(12) }, forged, new Uint8Array(1))),
          await failure(subtle.decrypt({ name: "AES-GCM", iv: new Uint8Array(12) }, key, new Uint8Array(16))),
          await failure(subtle.exportKey("raw", key)),
          await failure(subtle.encrypt({ name: "AES-CBC", iv: new Uint8Array(16) }, key, new Uint8Array(1))),
          (await subtle.encrypt({ name: "AES-GCM", iv: new Uint8Array(12) }, key, new Uint8Array(1))).byteLength,
          Reflect.ownKeys(key),
          key.algorithm === lie,
          Object.prototype.toString.call(key),
        ]`),
    ).toEqual([
      "TypeError",
      "TypeError",
      "TypeError",
      "InvalidAccessError",
      "InvalidAccessError",
      "InvalidAccessError",
      17,
      [],
      true,
      "[object CryptoKey]",
    ]);
  });

  test("can be cloned and posted within the isolate, and is as good as the original; the host gets none", async () => {
    expect(
      await run(`${helpers}${thrown}
        const key = await subtle.generateKey({ name: "AES-GCM", length: 128 }, false, ["encrypt", "decrypt"]);
        const pair = await subtle.generateKey("Ed25519", true, ["sign", "verify"]);
        const { one, again, privateKey } = structuredClone({ one: key, again: key, privateKey: pair.privateKey });
        const { port1, port2 } = new MessageChannel();
        const posted = new Promise((resolve) => (port2.onmessage = ({ data }) => resolve(data)));
        port1.postMessage(key);
        const other = await posted;
        port1.close();
        const gcm = { name: "AES-GCM", iv: new Uint8Array(12) };
        const encrypted = await subtle.encrypt(gcm, one, utf8("text"));
        const signature = await subtle.sign("Ed25519", privateKey, utf8("text"));
        return [
          one !== key, one === again, one instanceof CryptoKey, one.extractable, one.usages, one.algorithm,
          new TextDecoder().decode(await subtle.decrypt(gcm, other, encrypted)),
          await failure(subtle.exportKey("raw", other)),
          await subtle.verify("Ed25519", pair.publicKey, signature, utf8("text")),
          thrown(() => NETWORK.send("key", key)),
          thrown(() => structuredClone(subtle)),
        ]`),
    ).toEqual([
      true,
      true,
      true,
      false,
      ["encrypt", "decrypt"],
      { name: "AES-GCM", length: 128 },
      "text",
      "InvalidAccessError",
      true,
      "DOMException DataCloneError 25",
      "DOMException DataCloneError 25",
    ]);
  });

  test("errors have the specification's names", async () => {
    expect(
      await run(`${helpers}
        const ec = { name: "ECDSA", namedCurve: "P-256" };
        return Promise.all([
          subtle.digest("MD5", new Uint8Array(0)),
          subtle.digest("\\u017fHA-256", new Uint8Array(0)),
          subtle.digest("SHA-256"),
          subtle.digest("SHA-256", "text"),
          subtle.generateKey({ name: "AES-GCM", length: 100 }, true, ["encrypt"]),
          subtle.generateKey({ name: "AES-GCM", length: 128 }, true, []),
          subtle.generateKey({ name: "AES-GCM", length: 128 }, true, ["sign"]),
          subtle.generateKey({ name: "AES-GCM", length: 70000 }, true, ["encrypt"]),
          subtle.generateKey({ name: "ECDSA", namedCurve: "P-1" }, true, ["sign"]),
          subtle.generateKey({ name: "RSA-PSS", hash: "SHA-1", modulusLength: 1e5, publicExponent: new Uint8Array([3]) }, true, ["sign"]),
          subtle.generateKey({ name: "RSA-PSS", hash: "SHA-1", modulusLength: 1024, publicExponent: new Uint8Array([4]) }, true, ["sign"]),
          subtle.importKey("raw", new Uint8Array(65).fill(4), ec, true, ["verify"]),
          subtle.importKey("spki", new Uint8Array(9), ec, true, ["verify"]),
          subtle.importKey("jwk", { kty: "oct", k: "*" }, "AES-GCM", true, ["encrypt"]),
          subtle.importKey("jwk", new Uint8Array(1), "AES-GCM", true, ["encrypt"]),
          subtle.importKey("nothing", new Uint8Array(1), "AES-GCM", true, ["encrypt"]),
        ].map(failure))`),
    ).toEqual([
      "NotSupportedError",
      "NotSupportedError",
      "TypeError",
      "TypeError",
      "OperationError",
      "SyntaxError",
      "SyntaxError",
      "TypeError",
      "NotSupportedError",
      "OperationError",
      "OperationError",
      "DataError",
      "DataError",
      "DataError",
      "TypeError",
      "TypeError",
    ]);
  });
});
