//! Locks and parking.
const std = @import("std");
const lock = @import("lock.zig");
const shared_word = @import("shared_word.zig");
const time = @import("time.zig");

pub const Mutex = lock.Mutex;
pub const assertNoneHeld = lock.assertNoneHeld;
pub const futexWait = lock.wait;
pub const futexWaitFor = lock.waitFor;
pub const futexWake = lock.wake;

/// Words of shared memory on which a parked thread may sleep, so that another process can wake it. Set once, before there are any.
pub var places: []shared_word.Word = &.{};

/// One thread waits, any thread signals; signals do not add up.
pub const Parker = struct {
    const Word = lock.Word;
    const empty: u32 = 0;
    const sleeping: u32 = 1;
    const signalled: u32 = 2;
    /// And more: it sleeps at one of the places. All that who signals has to know: the thread may end, and this with it, at once.
    const first_place: u32 = 3;

    word: Word = Word.init(empty),

    pub fn signal(self: *Parker) void {
        switch (self.word.swap(signalled, .acq_rel)) {
            sleeping => lock.wake(&self.word, 1),
            empty, signalled => {},
            else => |at| places[at - first_place].bump(),
        }
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

    /// Sleeps at a place, unless a signal has come: while the word there is `expected`, for `ns` nanoseconds at most (null: for
    /// ever). May wake without reason; consumes no signal.
    pub fn sleepAt(self: *Parker, place: u32, expected: u32, ns: ?u64) void {
        if (self.word.cmpxchgStrong(empty, first_place + place, .acq_rel, .acquire) != null) return;
        places[place].wait(expected, ns);
        _ = self.word.cmpxchgStrong(first_place + place, empty, .acq_rel, .acquire);
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

test "a parker wakes a thread that sleeps at a place, and so does who changes the word there" {
    const Sleeper = struct {
        fn sleep(parker: *Parker) void {
            const word = &places[1].value;
            const seen = word.load(.seq_cst);
            while (!parker.signalledNow() and word.load(.seq_cst) == seen) parker.sleepAt(1, seen, null);
        }
    };
    const before = places;
    defer places = before;
    var words: [2]shared_word.Word = .{ .{}, .{} };
    places = &words;
    for ([_]bool{ true, false }) |is_signal| {
        var parker: Parker = .{};
        const thread = try std.Thread.spawn(.{}, Sleeper.sleep, .{&parker});
        while (parker.word.load(.seq_cst) != Parker.first_place + 1) std.Thread.yield() catch {};
        if (is_signal) parker.signal() else words[1].bump();
        thread.join();
        try std.testing.expectEqual(is_signal, parker.waitFor(0));
    }
}
