//! The library that this code is in.
const DlInfo = extern struct { file: ?[*:0]const u8, base: ?*anyopaque, symbol: ?[*:0]const u8, address: ?*anyopaque };
extern "c" fn dladdr(address: *const anyopaque, info: *DlInfo) c_int;
extern "c" fn dlopen(file: ?[*:0]const u8, flags: c_int) ?*anyopaque;

/// Keeps the library with this address in it loaded for good, whoever closes it.
pub fn keepLoaded(address: *const anyopaque) void {
    const now_noload_nodelete = 0x2 | 0x4 | 0x1000;
    if (fileOf(address)) |file| _ = dlopen(file, now_noload_nodelete);
}

/// The path that the library with this address in it was loaded from.
pub fn fileOf(address: *const anyopaque) ?[*:0]const u8 {
    var info: DlInfo = undefined;
    return if (dladdr(address, &info) != 0) info.file else null;
}
