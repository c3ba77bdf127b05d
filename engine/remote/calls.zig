//! Numbers of calls under way between a host and one isolate: an answer to anything else is a lie.
const std = @import("std");

const allocator = std.heap.c_allocator;

/// What the child owes an answer.
pub const Owed = struct {
    const State = enum { owed, given_up };

    calls: std.AutoHashMapUnmanaged(u32, State) = .empty,

    pub fn add(self: *Owed, id: u32) error{ OutOfMemory, Duplicate }!void {
        if (id == 0) return error.Duplicate;
        const entry = try self.calls.getOrPut(allocator, id);
        if (entry.found_existing) return error.Duplicate;
        entry.value_ptr.* = .owed;
    }

    /// It never was posted.
    pub fn forget(self: *Owed, id: u32) void {
        _ = self.calls.remove(id);
    }

    /// The host waits no longer; an answer may be under way. Whether the child is to be told.
    pub fn giveUp(self: *Owed, id: u32) bool {
        const state = self.calls.getPtr(id) orelse return false;
        if (state.* == .given_up) return false;
        state.* = .given_up;
        return true;
    }

    /// An answer has come: `wanted`, or to be dropped. Null: there was no such call.
    pub fn answer(self: *Owed, id: u32) ?enum { wanted, dropped } {
        const state = self.calls.getPtr(id) orelse return null;
        if (state.* == .given_up) return .dropped;
        _ = self.calls.remove(id);
        return .wanted;
    }

    /// The child says that no answer follows. Whether it was asked for that.
    pub fn confirm(self: *Owed, id: u32) bool {
        const state = self.calls.getPtr(id) orelse return false;
        if (state.* != .given_up) return false;
        _ = self.calls.remove(id);
        return true;
    }

    pub fn deinit(self: *Owed) void {
        self.calls.deinit(allocator);
    }
};

/// What the guest waits for.
pub const Asked = struct {
    calls: std.AutoHashMapUnmanaged(u32, void) = .empty,

    /// False: it is one that the guest waits for already, or it is more than it may. `max` 0: any number.
    pub fn add(self: *Asked, id: u32, max: u32) error{OutOfMemory}!bool {
        if (id == 0 or (max != 0 and self.calls.count() >= max)) return false;
        const entry = try self.calls.getOrPut(allocator, id);
        return !entry.found_existing;
    }

    /// It has been answered, or given up.
    pub fn remove(self: *Asked, id: u32) bool {
        return self.calls.remove(id);
    }

    pub fn deinit(self: *Asked) void {
        self.calls.deinit(allocator);
    }
};

test "an answer is wanted once, dropped once given up, and unknown otherwise" {
    var owed: Owed = .{};
    defer owed.deinit();
    try owed.add(1);
    try owed.add(2);
    try std.testing.expectError(error.Duplicate, owed.add(1));
    try std.testing.expectError(error.Duplicate, owed.add(0));
    try std.testing.expectEqual(.wanted, owed.answer(1).?);
    try std.testing.expectEqual(null, owed.answer(1));
    try std.testing.expect(!owed.confirm(2));
    try std.testing.expect(owed.giveUp(2));
    try std.testing.expect(!owed.giveUp(2));
    try std.testing.expectEqual(.dropped, owed.answer(2).?);
    try std.testing.expect(owed.confirm(2));
    try std.testing.expectEqual(null, owed.answer(2));
    try owed.add(1);
}

test "a guest's request has a number of its own, and there are so many" {
    var asked: Asked = .{};
    defer asked.deinit();
    try std.testing.expect(try asked.add(7, 2));
    try std.testing.expect(!try asked.add(7, 2));
    try std.testing.expect(try asked.add(8, 2));
    try std.testing.expect(!try asked.add(9, 2));
    try std.testing.expect(asked.remove(7));
    try std.testing.expect(!asked.remove(7));
    try std.testing.expect(try asked.add(7, 2));
    try std.testing.expect(!try asked.add(0, 0));
}
