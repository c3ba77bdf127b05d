// libcrypto's compression, which nothing here uses: its clean-up, TLS and CMS refer to it, and it would link zlib and
// zstd.

extern "C" {

void ossl_comp_zlib_cleanup() {}
void ossl_comp_zstd_cleanup() {}
const void* BIO_f_zlib() { return nullptr; }
void* COMP_zlib() { return nullptr; }

}  // extern "C"
