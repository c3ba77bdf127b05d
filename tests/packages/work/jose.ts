import {
  CompactEncrypt,
  EncryptJWT,
  SignJWT,
  calculateJwkThumbprint,
  compactDecrypt,
  exportJWK,
  exportPKCS8,
  exportSPKI,
  generateKeyPair,
  generateSecret,
  importJWK,
  importPKCS8,
  importSPKI,
  jwtDecrypt,
  jwtVerify,
  type JWK,
} from "jose";

/** A token and the key that whoever reads it needs. */
export interface Issued {
  readonly alg: string;
  readonly token: string;
  readonly key: JWK;
}

/** When the tokens say it is: time must not decide what a test finds. */
const NOW = 1_700_000_000;
const claims = { sub: "user-1", roles: ["reader"], name: "Zoë" };
const expected = { issuer: "https://issuer.example", audience: "https://api.example" };

function isSecret(alg: string): boolean {
  return alg.startsWith("HS");
}

/** Signs a token by a new key for each algorithm. */
export function issue(algs: readonly string[]): Promise<Issued[]> {
  return Promise.all(
    algs.map(async (alg) => {
      const pair = isSecret(alg) ? undefined : await generateKeyPair(alg, { extractable: true });
      const secret = pair?.privateKey ?? (await generateSecret(alg, { extractable: true }));
      const token = await new SignJWT(claims)
        .setProtectedHeader({ alg, typ: "JWT" })
        .setIssuedAt(NOW)
        .setExpirationTime(NOW + 600)
        .setIssuer(expected.issuer)
        .setAudience(expected.audience)
        .sign(secret);
      return { alg, token, key: await exportJWK(pair?.publicKey ?? secret) };
    }),
  );
}

/** The headers and claims of tokens whose signatures are right. */
export function verify(issued: readonly Issued[]): Promise<unknown[]> {
  return Promise.all(
    issued.map(async ({ alg, token, key }) => {
      const options = { ...expected, algorithms: [alg], currentDate: new Date(NOW * 1000) };
      const { payload, protectedHeader } = await jwtVerify(token, await importJWK(key, alg), options);
      return { payload, protectedHeader };
    }),
  );
}

/** Why each of these is refused: expired, early, for others, changed, signed by another, with another algorithm. */
export async function refusals({ alg, token, key }: Issued): Promise<string[]> {
  const imported = await importJWK(key, alg);
  const [head, body, signature] = token.split(".") as [string, string, string];
  const at = (seconds: number) => ({ ...expected, currentDate: new Date((NOW + seconds) * 1000) });
  const attempts = [
    jwtVerify(token, imported, at(601)),
    jwtVerify(token, imported, { ...at(0), audience: "https://elsewhere.example" }),
    jwtVerify(token, imported, { ...at(0), requiredClaims: ["jti"] }),
    jwtVerify(`${head}.${body.slice(0, -2)}AA.${signature}`, imported, at(0)),
    jwtVerify(`${head}.${body}`, imported, at(0)),
    jwtVerify(token, imported, { ...at(0), algorithms: ["HS384"] }),
    jwtVerify(token, (await generateKeyPair("ES256")).publicKey, at(0)),
  ];
  const codes = attempts.map((attempt) =>
    attempt.then(
      () => "accepted",
      (error: { code?: string; name: string }) => error.code ?? error.name,
    ),
  );
  return Promise.all(codes);
}

/** How a token is encrypted: the key's algorithm and the content's. */
export interface Encryption {
  readonly alg: string;
  readonly enc: string;
}

/** Encrypts a token to a new key for each. @returns with the keys that decrypt */
export function encrypt(kinds: readonly Encryption[]): Promise<Issued[]> {
  return Promise.all(
    kinds.map(async ({ alg, enc }) => {
      const symmetric = alg === "dir" ? enc : alg;
      const pair = /^(RSA|ECDH)/.test(alg) ? await generateKeyPair(alg, { extractable: true }) : undefined;
      const secret = pair ? undefined : await generateSecret(symmetric, { extractable: true });
      const token = await new EncryptJWT(claims).setProtectedHeader({ alg, enc }).encrypt(pair?.publicKey ?? secret!);
      return { alg, token, key: await exportJWK(pair?.privateKey ?? secret!) };
    }),
  );
}

/** The claims of tokens that are encrypted to these keys. */
export function decrypt(issued: readonly Issued[]): Promise<unknown[]> {
  return Promise.all(
    issued.map(async ({ alg, token, key }) => {
      const { payload, protectedHeader } = await jwtDecrypt(
        token,
        await importJWK(key, alg === "dir" ? "A256GCM" : alg),
      );
      return { payload, alg: protectedHeader.alg, enc: protectedHeader.enc };
    }),
  );
}

/** Text under a password, there and back. */
export async function underPassword(text: string): Promise<string> {
  const password = new TextEncoder().encode("correct horse");
  const sealed = await new CompactEncrypt(new TextEncoder().encode(text))
    .setProtectedHeader({ alg: "PBES2-HS256+A128KW", enc: "A128CBC-HS256" })
    .encrypt(password);
  const { plaintext } = await compactDecrypt(sealed, password, {
    keyManagementAlgorithms: ["PBES2-HS256+A128KW"],
  });
  return new TextDecoder().decode(plaintext);
}

/** A private key of PEM, its public one in PEM, and both their thumbprint. */
export async function convert({ alg, pem }: { alg: string; pem: string }): Promise<unknown> {
  const key = await importPKCS8(pem, alg, { extractable: true });
  const { d: _private, p, q, dp, dq, qi, ...open } = await exportJWK(key);
  const spki = await exportSPKI((await importJWK(open, alg, { extractable: true })) as CryptoKey);
  const again = await exportJWK(await importSPKI(spki, alg, { extractable: true }));
  return {
    spki,
    pkcs8: await exportPKCS8(key),
    thumbprints: [await calculateJwkThumbprint(open), await calculateJwkThumbprint(again, "sha512")],
    parameters: [p, q, dp, dq, qi].filter((value) => value !== undefined).length,
  };
}
