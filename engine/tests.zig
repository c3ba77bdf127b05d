//! The engine's tests: everything but V8, which engine/run/fake_shim.zig stands in for.
/// For tests/process/probe.zig.
pub const allowed_syscalls = @import("system/allowed_syscalls.zig");
pub const confinement = @import("child/confinement.zig");
/// For tests/fuzz/hostile-child.zig.
pub const layout = @import("ring/layout.zig");

test {
    _ = @import("run/fake_shim.zig");
    _ = @import("limit/cause.zig");
    _ = @import("abi/constants.zig");
    _ = @import("abi/mirror.zig");
    _ = @import("limit/degradation.zig");
    _ = @import("queue/commands.zig");
    _ = @import("queue/doorbell.zig");
    _ = @import("memory/handles.zig");
    _ = @import("queue/heap.zig");
    _ = @import("limit/limits.zig");
    _ = @import("limit/thread_count.zig");
    _ = @import("system/allowance.zig");
    _ = @import("queue/mailbox.zig");
    _ = @import("queue/outbox.zig");
    _ = @import("queue/pending.zig");
    _ = @import("limit/spinning.zig");
    _ = @import("system/sync.zig");
    _ = @import("system/alarm.zig");
    _ = @import("system/lock.zig");
    _ = @import("system/raw_exit.zig");
    _ = @import("system/time.zig");
    _ = @import("run/inspection_test.zig");
    _ = @import("run/scheduler_test.zig");
    _ = @import("run/ending_test.zig");
    _ = @import("run/stats_test.zig");
    _ = @import("ring/layout.zig");
    _ = @import("ring/stream.zig");
    _ = @import("child/turnstile.zig");
    _ = @import("exchange/wakeups_test.zig");
    _ = @import("remote/backlog.zig");
    _ = @import("remote/calls.zig");
    _ = @import("remote/checks.zig");
    _ = @import("remote/killings.zig");
    _ = @import("remote/settings.zig");
    _ = @import("remote/strikes.zig");
    _ = @import("system/allowed_syscalls.zig");
    _ = @import("system/cgroup.zig");
    _ = @import("system/process.zig");
    _ = @import("system/shared_memory.zig");
    _ = @import("system/shared_word.zig");
    _ = @import("system/syscall_filter.zig");
}
