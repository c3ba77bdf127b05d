/**
 * Web Cryptography: ChaCha20-Poly1305 of the modern algorithms. https://wicg.github.io/webcrypto-modern-algos/#chacha20-poly1305
 */
import { TypedArrayByteLength } from "../core/primordials.ts";
import { aeadParams, authenticated } from "./aes.ts";
import { keyAlgorithm, registerAlgorithm, registerLater } from "./algorithms.ts";
import { secretKey } from "./crypto-key.ts";
import { dataError } from "./errors.ts";
import { CipherMode } from "./native.ts";
import { exportSecret, importSecret, randomBytes } from "./symmetric.ts";
import { type KeyUsage, requireUsages } from "./usages.ts";

const name = "ChaCha20-Poly1305";
const alg = "C20P";
const keyBytes = 32;
const ivBytes = 12;
const allowed: readonly KeyUsage[] = ["encrypt", "decrypt", "wrapKey", "unwrapKey"];
const transform = authenticated(CipherMode.ChaCha20Poly1305, [128], (bytes) => bytes === ivBytes);

registerLater(() =>
  registerAlgorithm({
    name,
    encrypt: { params: aeadParams, run: transform(true) },
    decrypt: { params: aeadParams, run: transform(false) },
    generateKey: {
      run: (_params, extractable, usages) =>
        secretKey(keyAlgorithm({ name }), extractable, requireUsages(usages, allowed), randomBytes(keyBytes)),
    },
    importKey: {
      run(_params, data, extractable, usages) {
        const allowedUsages = requireUsages(usages, allowed);
        const secret = importSecret(data, "raw-secret", "enc", () => alg, extractable, allowedUsages);
        if (TypedArrayByteLength(secret) !== keyBytes) throw dataError("The key must have 256 bits");
        return secretKey(keyAlgorithm({ name }), extractable, allowedUsages, secret);
      },
    },
    exportKey: { run: (key, format) => exportSecret(key, format, "raw-secret", alg) },
    getKeyLength: { run: () => keyBytes * 8 },
  }),
);
