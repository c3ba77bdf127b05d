/** Web Cryptography: Argon2 of the modern algorithms. https://wicg.github.io/webcrypto-modern-algos/#argon2 */
import { type Params, makeParams, registerAlgorithm, registerLater } from "./algorithms.ts";
import { wholeBytes } from "./derivation.ts";
import { type Dictionary, optionalBytes, required, toCopiedBytes, toOctet, toUnsignedLong } from "./dictionaries.ts";
import { operationError, succeeded } from "./errors.ts";
import { secretsToDeriveFrom } from "./kdfs.ts";
import { Argon2Type, argon2 } from "./native.ts";

const lanesMax = 2 ** 24 - 1;
const onlyVersion = 0x13;

/** Argon2Params. */
function argon2Params(dictionary: Dictionary, context: string): Params {
  const associated = optionalBytes(dictionary, "associatedData", context);
  const memory = toUnsignedLong(required(dictionary, "memory", context), context);
  const nonce = toCopiedBytes(required(dictionary, "nonce", context), "nonce", context);
  const parallelism = toUnsignedLong(required(dictionary, "parallelism", context), context);
  const passes = toUnsignedLong(required(dictionary, "passes", context), context);
  const secret = optionalBytes(dictionary, "secretValue", context);
  const { version } = dictionary;
  return makeParams({
    additionalData: associated,
    memory,
    salt: nonce,
    parallelism,
    iterations: passes,
    secretValue: secret,
    version: version === undefined ? onlyVersion : toOctet(version, context),
  });
}

/** @throws OperationError */
function checkCosts({ memory, parallelism, iterations, version }: Params): void {
  if (version !== onlyVersion) throw operationError(`Argon2 has no version ${version}`);
  if (parallelism! < 1 || parallelism! > lanesMax)
    throw operationError(`A parallelism of ${parallelism} is not possible`);
  if (memory! < 8 * parallelism!) throw operationError("The memory must be at least 8 times the parallelism");
  if (iterations === 0) throw operationError("There must be at least one pass");
}

function register(name: string, type: Argon2Type): void {
  registerLater(() =>
    registerAlgorithm({
      name,
      ...secretsToDeriveFrom(name, "raw-secret"),
      deriveBits: {
        params: argon2Params,
        check: checkCosts,
        run(params, key, length) {
          const bytes = wholeBytes(length);
          if (bytes < 4) throw operationError("The length must be at least 32");
          checkCosts(params);
          const { additionalData, memory, salt, parallelism, iterations, secretValue } = params;
          return succeeded(
            argon2(type, key.secret!, salt!, secretValue, additionalData, parallelism!, memory!, iterations!, bytes),
            "The derivation",
          );
        },
      },
    }),
  );
}

register("Argon2d", Argon2Type.D);
register("Argon2i", Argon2Type.I);
register("Argon2id", Argon2Type.Id);
