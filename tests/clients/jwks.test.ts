// Tokens of an identity provider, verified in a guest that fetches the provider's keys.
import { expect, test } from "bun:test";
import { SignJWT, exportJWK, generateKeyPair } from "jose";
import type { JWK } from "jose";
import { HOST, useClient } from "./client.ts";
import * as jwks from "./guests/jwks.ts";

const start = useClient("jwks");

test("keys are fetched once, and again after the provider has changed them", async () => {
  const published: JWK[] = [];
  let fetched = 0;
  let up = true;
  await using server = Bun.serve({
    port: 0,
    hostname: "127.0.0.1",
    fetch: () => {
      fetched++;
      return up ? Response.json({ keys: published }) : new Response("", { status: 503 });
    },
  });
  const newKey = async (kid: string, alg: string): Promise<(sub: string, audience?: string) => Promise<string>> => {
    const { privateKey, publicKey } = await generateKeyPair(alg);
    published.push({ ...(await exportJWK(publicKey)), kid, alg, use: "sig" });
    return (sub, audience = "shop") =>
      new SignJWT({}).setProtectedHeader({ alg, kid }).setSubject(sub).setAudience(audience).sign(privateKey);
  };
  const first = await newKey("2023", "RS256");

  const { call } = await start(server.port!);
  await call(jwks.use, `http://${HOST}:${server.port}/keys`);
  expect(fetched).toBe(0);
  const tokens = await Promise.all([first("alice"), first("bob"), first("carol", "bank")]);
  expect(await Promise.all(tokens.map((token) => call(jwks.subject, token)))).toEqual([
    "alice",
    "bob",
    "ERR_JWT_CLAIM_VALIDATION_FAILED",
  ]);
  expect(fetched).toBe(1);

  const second = await newKey("2024", "EdDSA");
  expect(await call(jwks.subject, await second("dave"))).toBe("dave");
  expect(await call(jwks.subject, tokens[0])).toBe("alice");
  expect(fetched).toBe(2);

  const third = await newKey("2025", "ES256");
  published.pop();
  expect(await call(jwks.subject, await third("mallory"))).toBe("ERR_JWKS_NO_MATCHING_KEY");
  up = false;
  expect(await call(jwks.subject, await third("mallory"))).toBe("ERR_JOSE_GENERIC");
  expect(await call(jwks.subject, tokens[1])).toBe("bob");
  expect(fetched).toBe(4);
});
