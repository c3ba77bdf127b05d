//! The library that this code is in.
const DlInfo = extern struct { file: ?[*:0]const u8, base: ?*anyopaque, symbol: ?[*:0]const u8, address: ?*anyopaque };
extern "c" fn dladdr(address: *const anyopaque, info: *DlInfo) c_int;
extern "c" fn dlopen(file: ?[*:0]const u8, flags: c_int) ?*anyopaque;

/// Keeps the library with this address in it loaded for good, whoever closes it.
pub fn keepLoaded(address: *const anyopaque) void {
    const now_noload_nodelete = 0x2 | 0x4 | 0x1000;
    var info: DlInfo = undefined;
    if (dladdr(address, &info) != 0) _ = dlopen(info.file, now_noload_nodelete);
}
