#include "ops/crypto/openssl.h"

#include <openssl/crypto.h>
#include <openssl/rand.h>

#include "memory/budget.h"

namespace nr::crypto {
namespace {

Library start() {
  OPENSSL_init_crypto(OPENSSL_INIT_NO_LOAD_CONFIG | OPENSSL_INIT_NO_ATEXIT, nullptr);
  Library library = {};
  const char* const hash_names[kHashCount] = {"SHA1",     "SHA2-256", "SHA2-384", "SHA2-512",
                                              "SHA3-256", "SHA3-384", "SHA3-512"};
  for (size_t i = 0; i < kHashCount; i++) library.hashes[i] = EVP_MD_fetch(nullptr, hash_names[i], nullptr);
  library.blake2b = EVP_MD_fetch(nullptr, "BLAKE2B-512", nullptr);
  library.hmac = EVP_MAC_fetch(nullptr, "HMAC", nullptr);
  library.kmac128 = EVP_MAC_fetch(nullptr, "KMAC-128", nullptr);
  library.kmac256 = EVP_MAC_fetch(nullptr, "KMAC-256", nullptr);
  const int curves[] = {NID_X9_62_prime256v1, NID_secp384r1, NID_secp521r1};
  for (size_t i = 0; i < 3; i++) library.groups[i] = EC_GROUP_new_by_curve_name(curves[i]);
  return library;
}

}  // namespace

const Library& library() {
  static const Library* const shared = [] {
    AttributionScope nobody(nullptr);
    return new Library(start());
  }();
  return *shared;
}

void prepare_thread() {
  static thread_local bool prepared = false;
  if (prepared) return;
  prepared = true;
  library();
  AttributionScope nobody(nullptr);
  uint8_t byte;
  RAND_bytes(&byte, 1);
  RAND_priv_bytes(&byte, 1);
}

}  // namespace nr::crypto
