//! Locks, and sleeping on a word.
const std = @import("std");
const linux = std.os.linux;

pub const Word = std.atomic.Value(u32);

/// Whether locks know who holds them: in builds with safety checks, so that what is said of a lock can be asserted. In
/// others the assertions are nothing.
const tracked = std.debug.runtime_safety;
/// How many locks the calling thread holds, where that is tracked.
threadlocal var held_count: u32 = 0;

pub const Mutex = struct {
    impl: std.c.pthread_mutex_t = std.c.PTHREAD_MUTEX_INITIALIZER,
    /// The thread that holds it; 0: none.
    holder: if (tracked) std.atomic.Value(usize) else void = if (tracked) .init(0) else {},

    pub fn lock(self: *Mutex) void {
        self.assertNotHeld();
        const status = std.c.pthread_mutex_lock(&self.impl);
        std.debug.assert(status == .SUCCESS);
        if (!tracked) return;
        self.holder.store(me(), .monotonic);
        held_count += 1;
    }

    pub fn unlock(self: *Mutex) void {
        self.assertHeld();
        if (tracked) {
            self.holder.store(0, .monotonic);
            held_count -= 1;
        }
        const status = std.c.pthread_mutex_unlock(&self.impl);
        std.debug.assert(status == .SUCCESS);
    }

    /// The calling thread holds it.
    pub fn assertHeld(self: *const Mutex) void {
        if (tracked) std.debug.assert(self.isMine());
    }

    pub fn assertNotHeld(self: *const Mutex) void {
        if (tracked) std.debug.assert(!self.isMine());
    }

    fn isMine(self: *const Mutex) bool {
        return self.holder.load(.monotonic) == me();
    }

    fn me() usize {
        return @intFromPtr(std.c.pthread_self());
    }
};

/// The calling thread holds no mutex.
pub fn assertNoneHeld() void {
    if (tracked) std.debug.assert(held_count == 0);
}

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

test "a mutex knows whether the calling thread holds it" {
    const Probe = struct {
        fn look(mutex: *Mutex, found: *bool) void {
            found.* = mutex.isMine();
        }
    };
    var mutex: Mutex = .{};
    try std.testing.expect(!mutex.isMine());
    assertNoneHeld();
    mutex.lock();
    try std.testing.expect(mutex.isMine());
    try std.testing.expectEqual(1, held_count);
    var found = true;
    const other = try std.Thread.spawn(.{}, Probe.look, .{ &mutex, &found });
    other.join();
    try std.testing.expect(!found);
    mutex.unlock();
    try std.testing.expect(!mutex.isMine());
    assertNoneHeld();
}
