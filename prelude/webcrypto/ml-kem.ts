/** Web Cryptography: ML-KEM of the modern algorithms. https://wicg.github.io/webcrypto-modern-algos/#ml-kem */
import { seededKeys } from "./akp.ts";
import { registerAlgorithm, registerLater } from "./algorithms.ts";
import { type PairUsages, requireType } from "./asymmetric.ts";
import { succeeded } from "./errors.ts";
import { KeyKind, decapsulate, encapsulate } from "./native.ts";

const usages: PairUsages = {
  public: ["encapsulateKey", "encapsulateBits"],
  private: ["decapsulateKey", "decapsulateBits"],
};

function register(name: string, kind: KeyKind): void {
  registerLater(() =>
    registerAlgorithm({
      name,
      ...seededKeys(name, kind, "enc", usages),
      encapsulate: {
        run(_params, key) {
          const both = succeeded(encapsulate(requireType(key, "public")), "The encapsulation");
          return { sharedKey: both[0], ciphertext: both[1] };
        },
      },
      decapsulate: {
        run: (_params, key, ciphertext) =>
          succeeded(decapsulate(requireType(key, "private"), ciphertext), "The decapsulation"),
      },
      sharedKeyLength: 256,
    }),
  );
}

register("ML-KEM-512", KeyKind.MlKem512);
register("ML-KEM-768", KeyKind.MlKem768);
register("ML-KEM-1024", KeyKind.MlKem1024);
