//! Ends a thread that cannot unwind its stack: nothing of it runs any more, no destructor, no handler.
const std = @import("std");
const builtin = @import("builtin");

/// PTHREAD_KEYS_MAX of glibc.
const keys_max = 1024;

/// The thread can still be joined.
pub fn endThread() noreturn {
    forgetSpecifics();
    std.os.linux.exit(0);
}

/// glibc hands the stack of a joined thread to the next one with what pthread_setspecific left there, because a thread
/// that ends in order has cleared it. The next one may be the host's.
fn forgetSpecifics() void {
    for (0..keys_max) |key| _ = std.c.pthread_setspecific(@intCast(key), null);
}

extern "c" fn pthread_key_create(key: *std.c.pthread_key_t, destructor: ?*const fn (?*anyopaque) callconv(.c) void) c_int;

const Probe = struct {
    var key: std.c.pthread_key_t = undefined;
    var found: std.atomic.Value(u32) = .init(0);

    fn leave(_: ?*anyopaque) callconv(.c) ?*anyopaque {
        _ = std.c.pthread_setspecific(key, &key);
        endThread();
    }

    fn look(_: ?*anyopaque) callconv(.c) ?*anyopaque {
        if (std.c.pthread_getspecific(key) != null) _ = found.fetchAdd(1, .monotonic);
        return null;
    }
};

test "the next thread on the same stack starts without the last one's values" {
    if (builtin.sanitize_thread) return error.SkipZigTest;
    try std.testing.expectEqual(0, pthread_key_create(&Probe.key, null));
    // Small enough for glibc to keep, and more than it may have in store.
    var attributes: std.c.pthread_attr_t = undefined;
    try std.testing.expectEqual(.SUCCESS, std.c.pthread_attr_init(&attributes));
    try std.testing.expectEqual(.SUCCESS, std.c.pthread_attr_setstacksize(&attributes, 2 * 1024 * 1024));
    var threads: [12]std.c.pthread_t = undefined;
    inline for (.{ Probe.leave, Probe.look }) |main| {
        for (&threads) |*thread| {
            try std.testing.expectEqual(.SUCCESS, std.c.pthread_create(thread, &attributes, main, null));
        }
        for (threads) |thread| try std.testing.expectEqual(.SUCCESS, std.c.pthread_join(thread, null));
    }
    try std.testing.expectEqual(0, Probe.found.load(.monotonic));
}
