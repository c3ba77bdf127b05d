#ifndef NR_V8_VENDOR_ICU_H_
#define NR_V8_VENDOR_ICU_H_

/** ICU's functions carry its version in their names. The build takes NR_ICU_VERSION from build/v8/version.json. */
#define NR_ICU_JOIN(name, version) name##_##version
#define NR_ICU_NAME(name, version) NR_ICU_JOIN(name, version)
#define NR_ICU(name) NR_ICU_NAME(name, NR_ICU_VERSION)

#endif  // NR_V8_VENDOR_ICU_H_
