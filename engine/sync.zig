//! Locks and parking over pthread and futex. The engine's threads are pthreads because V8 and bun:ffi are.
const std = @import("std");
const time = @import("time.zig");
const linux = std.os.linux;

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
pub fn futexWait(word: *const std.atomic.Value(u32), expected: u32) void {
    _ = linux.futex_4arg(&word.raw, .{ .cmd = .WAIT, .private = true }, expected, null);
}

/// The same, for `ns` nanoseconds at most.
pub fn futexWaitFor(word: *const std.atomic.Value(u32), expected: u32, ns: u64) void {
    const timeout: linux.timespec = .{ .sec = @intCast(ns / 1_000_000_000), .nsec = @intCast(ns % 1_000_000_000) };
    _ = linux.futex_4arg(&word.raw, .{ .cmd = .WAIT, .private = true }, expected, &timeout);
}

pub fn futexWake(word: *const std.atomic.Value(u32), count: u32) void {
    _ = linux.futex_3arg(&word.raw, .{ .cmd = .WAKE, .private = true }, count);
}

/// One thread waits, any thread signals; signals do not add up.
pub const Parker = struct {
    const Word = std.atomic.Value(u32);
    const empty: u32 = 0;
    const sleeping: u32 = 1;
    const signalled: u32 = 2;

    word: Word = Word.init(empty),

    pub fn signal(self: *Parker) void {
        if (self.word.swap(signalled, .acq_rel) == sleeping) futexWake(&self.word, 1);
    }

    pub fn signalledNow(self: *const Parker) bool {
        return self.word.load(.acquire) == signalled;
    }

    /// Waits for a signal, for `ns` nanoseconds at most, and consumes it. Whether it came.
    pub fn waitFor(self: *Parker, ns: u64) bool {
        const until = time.now() +| ns;
        if (self.word.cmpxchgStrong(empty, sleeping, .acq_rel, .acquire) == null) {
            while (self.word.load(.acquire) == sleeping) {
                const left = until -| time.now();
                if (left == 0) break;
                futexWaitFor(&self.word, sleeping, left);
            }
        }
        return self.word.swap(empty, .acq_rel) == signalled;
    }

    /// Waits for a signal and consumes it.
    pub fn wait(self: *Parker) void {
        while (true) {
            if (self.word.cmpxchgStrong(signalled, empty, .acq_rel, .acquire) == null) return;
            if (self.word.cmpxchgStrong(empty, sleeping, .acq_rel, .acquire)) |_| continue;
            while (self.word.load(.acquire) == sleeping) futexWait(&self.word, sleeping);
        }
    }
};

extern "c" fn sched_getcpu() c_int;

/// The processor this thread runs on. A few nanoseconds (rseq).
pub fn currentCpu() u32 {
    return @intCast(@max(sched_getcpu(), 0));
}

test "a parker keeps one signal" {
    var parker: Parker = .{};
    parker.signal();
    parker.signal();
    parker.wait();
    try std.testing.expect(!parker.signalledNow());
}

test "a parker gives up waiting, and keeps no signal back" {
    var parker: Parker = .{};
    try std.testing.expect(!parker.waitFor(time.ns_per_ms));
    parker.signal();
    try std.testing.expect(parker.waitFor(time.never));
    try std.testing.expect(!parker.waitFor(0));
}

test "a parker wakes a sleeping thread" {
    var parker: Parker = .{};
    const thread = try std.Thread.spawn(.{}, Parker.wait, .{&parker});
    parker.signal();
    thread.join();
}
