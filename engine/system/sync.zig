//! Locks and parking.
const std = @import("std");
const lock = @import("lock.zig");
const time = @import("time.zig");

pub const Mutex = lock.Mutex;
pub const assertNoneHeld = lock.assertNoneHeld;
pub const futexWait = lock.wait;
pub const futexWaitFor = lock.waitFor;
pub const futexWake = lock.wake;

/// One thread waits, any thread signals; signals do not add up.
pub const Parker = struct {
    const Word = lock.Word;
    const empty: u32 = 0;
    const sleeping: u32 = 1;
    const signalled: u32 = 2;

    word: Word = Word.init(empty),

    pub fn signal(self: *Parker) void {
        if (self.word.swap(signalled, .acq_rel) == sleeping) lock.wake(&self.word, 1);
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
                lock.waitFor(&self.word, sleeping, left);
            }
        }
        return self.word.swap(empty, .acq_rel) == signalled;
    }

    /// Waits for a signal and consumes it.
    pub fn wait(self: *Parker) void {
        while (true) {
            if (self.word.cmpxchgStrong(signalled, empty, .acq_rel, .acquire) == null) return;
            if (self.word.cmpxchgStrong(empty, sleeping, .acq_rel, .acquire)) |_| continue;
            while (self.word.load(.acquire) == sleeping) lock.wait(&self.word, sleeping);
        }
    }
};

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
