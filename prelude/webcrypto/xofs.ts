/**
 * Web Cryptography: cSHAKE, TurboSHAKE and KangarooTwelve of the modern algorithms, hash functions of any length.
 * https://wicg.github.io/webcrypto-modern-algos/#cshake
 */
import { type Params, makeParams, registerAlgorithm, registerLater } from "./algorithms.ts";
import { type Dictionary, optionalBytes, outputLength, toOctet } from "./dictionaries.ts";
import { operationError, succeeded } from "./errors.ts";
import { Xof, extendableDigest } from "./native.ts";

const defaultDomain = 0x1f;
const domainMax = 0x7f;

/** @throws OperationError */
function checkLength({ length }: Params): void {
  if (length! % 8 !== 0) throw operationError("The length is not a multiple of 8");
}

/** @throws OperationError for what RFC 9861 has no output for */
function checkSome(params: Params): void {
  checkLength(params);
  if (params.length === 0) throw operationError("The length is 0");
}

function cshakeParams(dictionary: Dictionary, context: string): Params {
  return makeParams({
    customization: optionalBytes(dictionary, "customization", context),
    functionName: optionalBytes(dictionary, "functionName", context),
    length: outputLength(dictionary, context),
  });
}

function registerCShake(name: string, xof: Xof): void {
  registerAlgorithm({
    name,
    digest: {
      params: cshakeParams,
      check: checkLength,
      run(params, data) {
        checkLength(params);
        const { customization, functionName, length } = params;
        return succeeded(extendableDigest(xof, data, length! / 8, customization, functionName), name);
      },
    },
  });
}

function turboShakeParams(dictionary: Dictionary, context: string): Params {
  const { domainSeparation } = dictionary;
  const domain = domainSeparation === undefined ? defaultDomain : toOctet(domainSeparation, context);
  return makeParams({ domain, length: outputLength(dictionary, context) });
}

/** @throws OperationError */
function checkTurboShake(params: Params): void {
  checkSome(params);
  const { domain } = params;
  if (domain! < 1 || domain! > domainMax) throw operationError("The domain separation must be 1 to 127");
}

function registerTurboShake(name: string, xof: Xof): void {
  registerAlgorithm({
    name,
    digest: {
      params: turboShakeParams,
      check: checkTurboShake,
      run(params, data) {
        checkTurboShake(params);
        return succeeded(extendableDigest(xof, data, params.length! / 8, undefined, params.domain), name);
      },
    },
  });
}

function kangarooParams(dictionary: Dictionary, context: string): Params {
  const customization = optionalBytes(dictionary, "customization", context);
  return makeParams({ customization, length: outputLength(dictionary, context) });
}

function registerKangaroo(name: string, xof: Xof): void {
  registerAlgorithm({
    name,
    digest: {
      params: kangarooParams,
      check: checkSome,
      run(params, data) {
        checkSome(params);
        return succeeded(extendableDigest(xof, data, params.length! / 8, params.customization, undefined), name);
      },
    },
  });
}

registerLater(() => {
  registerCShake("cSHAKE128", Xof.CShake128);
  registerCShake("cSHAKE256", Xof.CShake256);
  registerTurboShake("TurboSHAKE128", Xof.TurboShake128);
  registerTurboShake("TurboSHAKE256", Xof.TurboShake256);
  registerKangaroo("KT128", Xof.Kangaroo128);
  registerKangaroo("KT256", Xof.Kangaroo256);
});
