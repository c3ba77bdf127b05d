//! The engine's tests: everything but V8, which engine/run/fake_shim.zig stands in for.
test {
    _ = @import("run/fake_shim.zig");
    _ = @import("limit/cause.zig");
    _ = @import("abi/constants.zig");
    _ = @import("abi/mirror.zig");
    _ = @import("limit/degradation.zig");
    _ = @import("queue/doorbell.zig");
    _ = @import("memory/handles.zig");
    _ = @import("queue/heap.zig");
    _ = @import("limit/limits.zig");
    _ = @import("limit/thread_count.zig");
    _ = @import("system/allowance.zig");
    _ = @import("queue/mailbox.zig");
    _ = @import("queue/outbox.zig");
    _ = @import("queue/pending.zig");
    _ = @import("run/spinning.zig");
    _ = @import("system/sync.zig");
    _ = @import("system/alarm.zig");
    _ = @import("system/lock.zig");
    _ = @import("system/raw_exit.zig");
    _ = @import("system/time.zig");
    _ = @import("run/scheduler_test.zig");
    _ = @import("run/ending_test.zig");
    _ = @import("run/stats_test.zig");
}
