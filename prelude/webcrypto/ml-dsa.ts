/** Web Cryptography: ML-DSA of the modern algorithms. https://wicg.github.io/webcrypto-modern-algos/#ml-dsa */
import { seededKeys } from "./akp.ts";
import { registerAlgorithm, registerLater } from "./algorithms.ts";
import { signatureUsages } from "./asymmetric.ts";
import { KeyKind } from "./native.ts";
import { contextParams, pureSignatures } from "./signature-context.ts";

function register(name: string, kind: KeyKind): void {
  registerLater(() =>
    registerAlgorithm({ name, ...seededKeys(name, kind, "sig", signatureUsages), ...pureSignatures(contextParams) }),
  );
}

register("ML-DSA-44", KeyKind.MlDsa44);
register("ML-DSA-65", KeyKind.MlDsa65);
register("ML-DSA-87", KeyKind.MlDsa87);
