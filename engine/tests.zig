//! The engine's tests: everything but V8, which engine/fake_shim.zig stands in for.
test {
    _ = @import("fake_shim.zig");
    _ = @import("cause.zig");
    _ = @import("constants.zig");
    _ = @import("degradation.zig");
    _ = @import("doorbell.zig");
    _ = @import("handles.zig");
    _ = @import("heap.zig");
    _ = @import("limits.zig");
    _ = @import("mailbox.zig");
    _ = @import("outbox.zig");
    _ = @import("pending.zig");
    _ = @import("spinning.zig");
    _ = @import("sync.zig");
    _ = @import("system/alarm.zig");
    _ = @import("system/raw_exit.zig");
    _ = @import("time.zig");
    _ = @import("scheduler_test.zig");
    _ = @import("ending_test.zig");
}
