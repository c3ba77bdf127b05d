// https://wicg.github.io/webcrypto-modern-algos/ : the sponges and what is made of them.
import { expect, test } from "bun:test";
import { pbkdf2Sync } from "node:crypto";
import { run } from "./guest.ts";
import { helpers } from "./webcrypto-helpers.ts";

test("cSHAKE128 and KMAC128 (NIST SP 800-185, samples), AES-OCB (RFC 7253)", async () => {
  expect(
    await run(`${helpers}
      const data = bytes("00010203");
      const kmac = await subtle.importKey("raw-secret", Uint8Array.from({ length: 32 }, (_, index) => 0x40 + index), "KMAC128", false, ["sign"]);
      const ocb = await subtle.importKey("raw-secret", Uint8Array.from({ length: 16 }, (_, index) => index), "AES-OCB", false, ["encrypt"]);
      const eight = Uint8Array.from({ length: 8 }, (_, index) => index);
      return [
        hex(await subtle.digest({ name: "cSHAKE128", length: 256, customization: utf8("Email Signature") }, data)),
        hex(await subtle.sign({ name: "KMAC128", length: 256 }, kmac, data)),
        hex(await subtle.encrypt({ name: "AES-OCB", iv: bytes("bbaa99887766554433221101"), additionalData: eight }, ocb, eight)),
      ]`),
  ).toEqual([
    "c1c36925b6409a04f1b504fcbca9d82b4017277cb5ed2b2065fc1d3814d5aaf5",
    "e5780b0d3ea6f7d3a429c5706aa43a00fadbd7d49628839e3187243f456ee14e",
    "6820b3657b6f615a5725bda0d3b4eb3a257c9af1f8f03009",
  ]);
});

test("TurboSHAKE and KangarooTwelve (RFC 9861, section 5)", async () => {
  expect(
    await run(`${helpers}
      const pattern = (size) => Uint8Array.from({ length: size }, (_, index) => index % 251);
      const digest = async (name, bits, data, more) => hex(await subtle.digest({ name, outputLength: bits, ...more }, data));
      return Promise.all([
        digest("TurboSHAKE128", 256, pattern(0)),
        digest("TurboSHAKE128", 256, pattern(17 ** 3)),
        digest("TurboSHAKE256", 512, pattern(17)),
        digest("TurboSHAKE256", 512, new Uint8Array(3).fill(255), { domainSeparation: 6 }),
        digest("KT128", 256, pattern(0)),
        digest("KT128", 256, pattern(8191)),
        digest("KT128", 256, pattern(8192)),
        digest("KT128", 256, pattern(17 ** 4)),
        digest("KT128", 256, new Uint8Array(7).fill(255), { customization: pattern(41 ** 3) }),
        digest("KT256", 512, pattern(8192), { customization: pattern(8189) }),
      ])`),
  ).toEqual([
    "1e415f1c5983aff2169217277d17bb538cd945a397ddec541f1ce41af2c1b74c",
    "d4976eb56bcf118520582b709f73e1d6853e001fdaf80e1b13e0d0599d5fb372",
    "b3bab0300e6a191fbe6137939835923578794ea54843f5011090fa2f3780a9e5cb22c59d78b40a0fbff9e672c0fbe0970bd2c845091c6044d687054da5d8e9c7",
    "e5538cdd28302a2e81e41f65fd2a4052014d0cd463df671d1e510a9d95c37d7135ef2728430a9e317004f836c9a238ef35370280d03dce7f0612f0315b3cbf63",
    "1ac2d450fc3b4205d19da7bfca1b37513c0803577ac7167f06fe2ce1f0ef39e5",
    "1b577636f723643e990cc7d6a659837436fd6a103626600eb8301cd1dbe553d6",
    "48f256f6772f9edfb6a8b661ec92dc93b95ebd05a08a17b39ae3490870c926c3",
    "8701045e22205345ff4dda05555cbb5c3af1a771c2b89baef37db43d9998b9fe",
    "75d2f86a2e644566726b4fbcfc5657b9dbcf070c7b0dca06450ab291d7443bcf",
    "74e47879f10a9c5d11bd2da7e194fe57e86378bf3c3f7448eff3c576a0f18c5caae0999979512090a7f348af4260d4de3c37f1ecaf8d2c2c96c1d16c64b12496",
  ]);
});

test("lengths and domains that are none are refused", async () => {
  expect(
    await run(`${helpers}
      return Promise.all([
        { name: "TurboSHAKE128", outputLength: 0 },
        { name: "TurboSHAKE128", outputLength: 12 },
        { name: "TurboSHAKE256", outputLength: 256, domainSeparation: 0 },
        { name: "TurboSHAKE256", outputLength: 256, domainSeparation: 128 },
        { name: "TurboSHAKE256", outputLength: 256, domainSeparation: 256 },
        { name: "KT128", outputLength: 0 },
        { name: "KT256" },
        { name: "cSHAKE128", outputLength: 12 },
        { name: "cSHAKE128", outputLength: 0 },
        { name: "cSHAKE256", length: 256 },
      ].map((algorithm) => failure(subtle.digest(algorithm, new Uint8Array(1)))))`),
  ).toEqual([
    "OperationError",
    "OperationError",
    "OperationError",
    "OperationError",
    "TypeError",
    "OperationError",
    "TypeError",
    "OperationError",
    "no exception",
    "no exception",
  ]);
});

test.each([256, 384, 512])("PBKDF2 with SHA3-%d is the host's", async (bits) => {
  const derived = await run<string>(`${helpers}
    const derive = async (password) => {
      const key = await subtle.importKey("raw", utf8(password), "PBKDF2", false, ["deriveBits"]);
      return hex(await subtle.deriveBits({ name: "PBKDF2", hash: "SHA3-${bits}", salt: utf8("salt"), iterations: 1000 }, key, 560));
    };
    return await derive("password") + await derive("long".repeat(100))`);
  const host = (password: string): string => pbkdf2Sync(password, "salt", 1000, 70, `sha3-${bits}`).toString("hex");
  expect(derived).toBe(host("password") + host("long".repeat(100)));
});
