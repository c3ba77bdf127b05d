//! Locks, and sleeping on a word.
const std = @import("std");
const linux = std.os.linux;

pub const Word = std.atomic.Value(u32);

pub const Mutex = struct {
    impl: std.c.pthread_mutex_t = std.c.PTHREAD_MUTEX_INITIALIZER,

    pub fn lock(self: *Mutex) void {
        const status = std.c.pthread_mutex_lock(&self.impl);
        std.debug.assert(status == .SUCCESS);
    }

    pub fn unlock(self: *Mutex) void {
        const status = std.c.pthread_mutex_unlock(&self.impl);
        std.debug.assert(status == .SUCCESS);
    }
};

/// Sleeps while `word` is `expected`, until woken. May wake without reason.
pub fn wait(word: *const Word, expected: u32) void {
    _ = linux.futex_4arg(&word.raw, .{ .cmd = .WAIT, .private = true }, expected, null);
}

/// The same, for `ns` nanoseconds at most.
pub fn waitFor(word: *const Word, expected: u32, ns: u64) void {
    const timeout: linux.timespec = .{ .sec = @intCast(ns / 1_000_000_000), .nsec = @intCast(ns % 1_000_000_000) };
    _ = linux.futex_4arg(&word.raw, .{ .cmd = .WAIT, .private = true }, expected, &timeout);
}

pub fn wake(word: *const Word, count: u32) void {
    _ = linux.futex_3arg(&word.raw, .{ .cmd = .WAKE, .private = true }, count);
}
