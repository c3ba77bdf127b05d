//! libnetwork_runtime: exports the C ABI.
comptime {
    _ = @import("abi/abi.zig");
}
