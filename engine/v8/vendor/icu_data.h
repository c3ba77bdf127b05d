#ifndef NR_V8_VENDOR_ICU_DATA_H_
#define NR_V8_VENDOR_ICU_DATA_H_

namespace nr {

/** Before V8 is initialized: ICU's tables, which V8's archive comes without. */
bool set_icu_data();

}  // namespace nr

#endif  // NR_V8_VENDOR_ICU_DATA_H_
