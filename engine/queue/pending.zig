//! The evaluates and host requests that an isolate still owes an answer, each with its wall-clock deadline; and those given
//! up while a turn runs, which may be the one that works on them.
const std = @import("std");
const sync = @import("../system/sync.zig");
const time = @import("../system/time.zig");

pub const Pending = struct {
    mutex: sync.Mutex = .{},
    calls: std.AutoHashMapUnmanaged(u32, Call) = .empty,
    /// Owed ones, by deadline; given up ones, in no order.
    owed: List = .{},
    given_up: List = .{},
    /// The earliest deadline; `never` if there is none.
    earliest: std.atomic.Value(u64) = std.atomic.Value(u64).init(time.never),
    /// How many are given up, for looks without the mutex.
    given_up_count: std.atomic.Value(u32) = std.atomic.Value(u32).init(0),

    /// Calls are linked by their numbers, as the map moves them; 0 is none.
    const Call = struct {
        deadline: u64,
        is_given_up: bool = false,
        previous: u32 = 0,
        next: u32 = 0,
    };
    const List = struct { first: u32 = 0, last: u32 = 0 };

    /// `Duplicate`: two under one number could not be told apart; 0 means none.
    pub fn add(self: *Pending, request_id: u32, deadline: u64) error{ OutOfMemory, Duplicate }!void {
        if (request_id == 0) return error.Duplicate;
        self.mutex.lock();
        defer self.mutex.unlock();
        const entry = try self.calls.getOrPut(std.heap.c_allocator, request_id);
        if (entry.found_existing) {
            if (!entry.value_ptr.is_given_up) return error.Duplicate;
            self.unlink(&self.given_up, entry.value_ptr.*);
            _ = self.given_up_count.fetchSub(1, .seq_cst);
        }
        entry.value_ptr.* = .{ .deadline = deadline };
        self.linkByDeadline(request_id, entry.value_ptr);
        self.noteEarliest();
    }

    pub fn contains(self: *Pending, request_id: u32) bool {
        self.mutex.lock();
        defer self.mutex.unlock();
        const call = self.calls.getPtr(request_id) orelse return false;
        return !call.is_given_up;
    }

    /// Whether it was there.
    pub fn remove(self: *Pending, request_id: u32) bool {
        self.mutex.lock();
        defer self.mutex.unlock();
        const call = self.calls.getPtr(request_id) orelse return false;
        if (call.is_given_up) return false;
        self.unlink(&self.owed, call.*);
        _ = self.calls.remove(request_id);
        self.noteEarliest();
        return true;
    }

    /// It is owed no answer any more, but remembered until `forgetGivenUp`. Whether it was owed one. Needs no memory.
    pub fn giveUp(self: *Pending, request_id: u32) bool {
        self.mutex.lock();
        defer self.mutex.unlock();
        const call = self.calls.getPtr(request_id) orelse return false;
        if (call.is_given_up) return false;
        self.unlink(&self.owed, call.*);
        call.is_given_up = true;
        self.link(&self.given_up, request_id, call, self.given_up.last);
        _ = self.given_up_count.fetchAdd(1, .seq_cst);
        self.noteEarliest();
        return true;
    }

    pub fn isGivenUp(self: *Pending, request_id: u32) bool {
        if (!self.anyGivenUp()) return false;
        self.mutex.lock();
        defer self.mutex.unlock();
        const call = self.calls.getPtr(request_id) orelse return false;
        return call.is_given_up;
    }

    pub fn anyGivenUp(self: *const Pending) bool {
        return self.given_up_count.load(.seq_cst) != 0;
    }

    /// The turn that might have worked on them is over.
    pub fn forgetGivenUp(self: *Pending) void {
        if (!self.anyGivenUp()) return;
        self.mutex.lock();
        defer self.mutex.unlock();
        while (self.given_up.first != 0) {
            const request_id = self.given_up.first;
            self.unlink(&self.given_up, self.calls.get(request_id).?);
            _ = self.calls.remove(request_id);
        }
        self.given_up_count.store(0, .seq_cst);
    }

    /// All deadlines are so much later: time has passed that is nobody's.
    pub fn postpone(self: *Pending, ns: u64) void {
        self.mutex.lock();
        defer self.mutex.unlock();
        var cursor = self.owed.first;
        while (cursor != 0) {
            const call = self.calls.getPtr(cursor).?;
            if (call.deadline != time.never) call.deadline +|= ns;
            cursor = call.next;
        }
        self.noteEarliest();
    }

    /// Deadlines are mostly added in their order.
    fn linkByDeadline(self: *Pending, request_id: u32, call: *Call) void {
        var before = self.owed.last;
        while (before != 0) {
            const other = self.calls.getPtr(before).?;
            if (other.deadline <= call.deadline) break;
            before = other.previous;
        }
        self.link(&self.owed, request_id, call, before);
    }

    /// Behind `before`; 0: in front.
    fn link(self: *Pending, list: *List, request_id: u32, call: *Call, before: u32) void {
        call.previous = before;
        call.next = if (before == 0) list.first else self.calls.getPtr(before).?.next;
        if (before == 0) list.first = request_id else self.calls.getPtr(before).?.next = request_id;
        if (call.next == 0) list.last = request_id else self.calls.getPtr(call.next).?.previous = request_id;
    }

    fn unlink(self: *Pending, list: *List, call: Call) void {
        if (call.previous == 0) list.first = call.next else self.calls.getPtr(call.previous).?.next = call.next;
        if (call.next == 0) list.last = call.previous else self.calls.getPtr(call.next).?.previous = call.previous;
    }

    fn noteEarliest(self: *Pending) void {
        const first = self.owed.first;
        self.earliest.store(if (first == 0) time.never else self.calls.getPtr(first).?.deadline, .monotonic);
    }

    pub fn deinit(self: *Pending) void {
        self.calls.deinit(std.heap.c_allocator);
    }
};

test "the earliest deadline follows additions and removals" {
    var pending: Pending = .{};
    defer pending.deinit();
    try pending.add(1, 50);
    try pending.add(2, 20);
    try std.testing.expectError(error.Duplicate, pending.add(2, 10));
    try std.testing.expectError(error.Duplicate, pending.add(0, 10));
    try std.testing.expectEqual(20, pending.earliest.load(.monotonic));
    try std.testing.expect(pending.remove(2));
    try std.testing.expect(!pending.remove(2));
    try std.testing.expectEqual(50, pending.earliest.load(.monotonic));
    try std.testing.expect(pending.remove(1));
    try std.testing.expectEqual(time.never, pending.earliest.load(.monotonic));
}

test "any number of calls is given up, and remembered until the turn is over" {
    var pending: Pending = .{};
    defer pending.deinit();
    for (1..101) |id| try pending.add(@intCast(id), id);
    for (1..51) |id| try std.testing.expect(pending.giveUp(@intCast(id)));
    try std.testing.expect(!pending.giveUp(50));
    try std.testing.expect(!pending.remove(50));
    try std.testing.expect(!pending.contains(50));
    for (1..101) |id| try std.testing.expectEqual(id <= 50, pending.isGivenUp(@intCast(id)));
    try std.testing.expectEqual(51, pending.earliest.load(.monotonic));
    // The host may use a number again at once.
    try pending.add(50, 7);
    try std.testing.expect(!pending.isGivenUp(50));
    pending.forgetGivenUp();
    try std.testing.expectEqual(51, pending.calls.count());
    try std.testing.expect(pending.remove(50));
}

/// What a thread does at random to the numbers that are its own, and what it must be told.
const Owner = struct {
    pending: *Pending,
    first_id: u32,
    wrong: bool = false,

    const ids = 64;
    const State = enum { absent, owed, given_up };

    fn run(self: *Owner, seed: u64) void {
        var prng = std.Random.DefaultPrng.init(seed);
        const random = prng.random();
        var states: [ids]State = @splat(.absent);
        for (0..20_000) |_| {
            const index = random.uintLessThan(u32, ids);
            const id = self.first_id + index;
            const state = &states[index];
            switch (random.uintLessThan(u32, 3)) {
                0 => {
                    const refused = if (self.pending.add(id, random.uintLessThan(u64, 1000))) |_| false else |_| true;
                    if (refused != (state.* == .owed)) self.wrong = true;
                    state.* = .owed;
                },
                1 => {
                    if (self.pending.remove(id) != (state.* == .owed)) self.wrong = true;
                    if (state.* == .owed) state.* = .absent;
                },
                else => {
                    if (self.pending.giveUp(id) != (state.* == .owed)) self.wrong = true;
                    if (state.* == .owed) state.* = .given_up;
                },
            }
            if (self.pending.isGivenUp(id) != (state.* == .given_up)) self.wrong = true;
        }
        for (0..ids) |index| _ = self.pending.remove(self.first_id + @as(u32, @intCast(index)));
    }
};

test "two threads at random: each finds its own calls as it left them" {
    for ([_]u64{ 1, 2, 3, 4 }) |seed| {
        errdefer std.debug.print("seed {d}\n", .{seed});
        var pending: Pending = .{};
        defer pending.deinit();
        var owners = [_]Owner{ .{ .pending = &pending, .first_id = 1 }, .{ .pending = &pending, .first_id = 1000 } };
        const other = try std.Thread.spawn(.{}, Owner.run, .{ &owners[1], seed *% 7919 });
        owners[0].run(seed);
        other.join();
        for (owners) |owner| try std.testing.expect(!owner.wrong);
        try std.testing.expectEqual(time.never, pending.earliest.load(.monotonic));
        pending.forgetGivenUp();
        try std.testing.expectEqual(0, pending.calls.count());
        try std.testing.expectEqual(0, pending.given_up_count.load(.monotonic));
    }
}
