// jose with an identity provider's keys, which it fetches, keeps, and fetches again when a token has another one.
import { createRemoteJWKSet, errors, jwtVerify } from "jose";

let keys: ReturnType<typeof createRemoteJWKSet>;

/** Where the keys are. Nothing is fetched yet. */
export function use(url: string): void {
  keys = createRemoteJWKSet(new URL(url), { cooldownDuration: 0, cacheMaxAge: Infinity });
}

/** Whose token it is, or the code of what is wrong with it. */
export async function subject(token: string): Promise<string | undefined> {
  try {
    return (await jwtVerify(token, keys, { audience: "shop" })).payload.sub;
  } catch (error) {
    return error instanceof errors.JOSEError ? error.code : String(error);
  }
}
