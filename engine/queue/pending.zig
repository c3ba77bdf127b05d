//! The evaluates and host requests that an isolate still owes an answer, each with its wall-clock deadline.
const std = @import("std");
const sync = @import("../system/sync.zig");
const time = @import("../system/time.zig");

pub const Pending = struct {
    mutex: sync.Mutex = .{},
    deadlines: std.AutoHashMapUnmanaged(u32, u64) = .empty,
    /// The earliest deadline, or earlier; `never` if there is none.
    earliest: std.atomic.Value(u64) = std.atomic.Value(u64).init(time.never),

    /// `Duplicate`: two under one number could not be told apart; 0 means none.
    pub fn add(self: *Pending, request_id: u32, deadline: u64) error{ OutOfMemory, Duplicate }!void {
        if (request_id == 0) return error.Duplicate;
        self.mutex.lock();
        defer self.mutex.unlock();
        const entry = try self.deadlines.getOrPut(std.heap.c_allocator, request_id);
        if (entry.found_existing) return error.Duplicate;
        entry.value_ptr.* = deadline;
        if (deadline < self.earliest.load(.monotonic)) self.earliest.store(deadline, .monotonic);
    }

    pub fn contains(self: *Pending, request_id: u32) bool {
        self.mutex.lock();
        defer self.mutex.unlock();
        return self.deadlines.contains(request_id);
    }

    /// Whether it was there.
    pub fn remove(self: *Pending, request_id: u32) bool {
        self.mutex.lock();
        defer self.mutex.unlock();
        const removed = self.deadlines.fetchRemove(request_id) orelse return false;
        if (removed.value == self.earliest.load(.monotonic)) {
            var earliest = time.never;
            // Without a wall limit all deadlines are `never`, and there is nothing to look for.
            if (removed.value != time.never) {
                var values = self.deadlines.valueIterator();
                while (values.next()) |deadline| earliest = @min(earliest, deadline.*);
            }
            self.earliest.store(earliest, .monotonic);
        }
        return true;
    }

    pub fn deinit(self: *Pending) void {
        self.deadlines.deinit(std.heap.c_allocator);
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
