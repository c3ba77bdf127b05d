// jose: signed and encrypted tokens over Web Cryptography. What the guest makes the host reads, and the other way round.
import { describe, expect, test } from "bun:test";
import { createPrivateKey, generateKeyPairSync } from "node:crypto";
import { useWork } from "./guest.ts";
import * as jose from "./work/jose.ts";

const { guest, same } = useWork("jose")("jose");
const algs = ["HS256", "HS512", "RS256", "PS384", "ES256", "ES384", "ES512", "EdDSA"];
const claims = { sub: "user-1", roles: ["reader"], name: "Zoë" };

describe("tokens that are signed", () => {
  const seen = algs.map((alg) => ({ payload: claims, protectedHeader: { alg, typ: "JWT" } }));

  test("in a guest are verified by the host, and the other way round", async () => {
    using isolate = await guest();
    const [there, here] = await Promise.all([isolate.request<jose.Issued[]>("issue", algs), jose.issue(algs)]);
    expect(await jose.verify(there)).toMatchObject(seen);
    expect(await same(jose.verify, here)).toMatchObject(seen);
    expect(await isolate.request("verify", there)).toMatchObject(seen);
  });

  test("are refused for the same reasons", async () => {
    const [signed] = await jose.issue(["ES256"]);
    expect(await same(jose.refusals, signed!)).toEqual([
      "ERR_JWT_EXPIRED",
      "ERR_JWT_CLAIM_VALIDATION_FAILED",
      "ERR_JWT_CLAIM_VALIDATION_FAILED",
      "ERR_JWS_SIGNATURE_VERIFICATION_FAILED",
      "ERR_JWS_INVALID",
      "ERR_JOSE_ALG_NOT_ALLOWED",
      "ERR_JWS_SIGNATURE_VERIFICATION_FAILED",
    ]);
  });
});

describe("tokens that are encrypted", () => {
  const kinds = [
    { alg: "RSA-OAEP-256", enc: "A256GCM" },
    { alg: "ECDH-ES", enc: "A128CBC-HS256" },
    { alg: "ECDH-ES+A256KW", enc: "A256CBC-HS512" },
    { alg: "A128KW", enc: "A192GCM" },
    { alg: "A256GCMKW", enc: "A128GCM" },
    { alg: "dir", enc: "A256GCM" },
  ];
  const seen = kinds.map((kind) => ({ ...kind, payload: claims }));

  test("in a guest are decrypted by the host, and the other way round", async () => {
    using isolate = await guest();
    const [there, here] = await Promise.all([isolate.request<jose.Issued[]>("encrypt", kinds), jose.encrypt(kinds)]);
    expect(await jose.decrypt(there)).toEqual(seen);
    expect(await same(jose.decrypt, here)).toEqual(seen);
  });

  test("under a password come back", async () => {
    expect(await same(jose.underPassword, "Grüße")).toBe("Grüße");
  });
});

test("keys convert between PEM and JWK", async () => {
  const pem = (key: ReturnType<typeof createPrivateKey>): string =>
    key.export({ type: "pkcs8", format: "pem" }).toString();
  const rsa = generateKeyPairSync("rsa", { modulusLength: 2048 });
  const ec = generateKeyPairSync("ec", { namedCurve: "P-384" });
  expect(await same(jose.convert, { alg: "PS256", pem: pem(rsa.privateKey) })).toMatchObject({
    spki: rsa.publicKey.export({ type: "spki", format: "pem" }).toString().trim(),
    parameters: 5,
  });
  expect(await same(jose.convert, { alg: "ES384", pem: pem(ec.privateKey) })).toMatchObject({
    spki: ec.publicKey.export({ type: "spki", format: "pem" }).toString().trim(),
    pkcs8: pem(ec.privateKey).trim(),
    parameters: 0,
  });
});
