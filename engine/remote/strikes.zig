//! Groups whose processes crash again and again: each further process is to be waited for, longer every time. So what somebody's
//! crashes cost the host has an end, and so have attempts that a crash is the price of.
const std = @import("std");
const time = @import("../system/time.zig");

const allocator = std.heap.c_allocator;
const second = 1000 * time.ns_per_ms;

/// So many crashes lead to nothing.
const free = 5;
const wait_first = second;
const wait_longest = 60 * second;
/// A group that could have had a process for so long, and had no crash, begins anew.
const forgiven_after = 60 * second;

const Record = struct {
    crashes: u32 = 0,
    /// No new process before.
    until: u64,

    fn isForgiven(self: Record, now: u64) bool {
        return now -| self.until >= forgiven_after;
    }
};

pub const Strikes = struct {
    groups: std.AutoHashMapUnmanaged(u32, Record) = .empty,
    /// How many there are when those that are forgiven are next looked for.
    full: u32 = 64,

    /// A process of the group's has crashed. Without memory for it, that is forgotten.
    pub fn note(self: *Strikes, group: u32, now: u64) void {
        if (self.groups.count() >= self.full) self.forgive(now);
        const entry = self.groups.getOrPut(allocator, group) catch return;
        const record = entry.value_ptr;
        if (!entry.found_existing or record.isForgiven(now)) record.* = .{ .until = now };
        record.crashes +|= 1;
        if (record.crashes <= free) return;
        const doublings = @min(record.crashes - free - 1, 16);
        record.until = now + @min(@as(u64, wait_first) << @intCast(doublings), wait_longest);
    }

    /// How long the group has to wait for its next process. 0: it need not.
    pub fn wait(self: *const Strikes, group: u32, now: u64) u64 {
        const record = self.groups.get(group) orelse return 0;
        return record.until -| now;
    }

    fn forgive(self: *Strikes, now: u64) void {
        var kept: std.AutoHashMapUnmanaged(u32, Record) = .empty;
        var iterator = self.groups.iterator();
        while (iterator.next()) |entry| {
            if (entry.value_ptr.isForgiven(now)) continue;
            kept.put(allocator, entry.key_ptr.*, entry.value_ptr.*) catch break;
        }
        self.groups.deinit(allocator);
        self.groups = kept;
        self.full = 2 * @max(kept.count(), 32);
    }

    pub fn deinit(self: *Strikes) void {
        self.groups.deinit(allocator);
    }
};

test "a group that crashes waits, from the sixth time on twice as long each time, and is forgiven" {
    var strikes: Strikes = .{};
    defer strikes.deinit();
    var now: u64 = 1000 * second;
    for (0..free) |_| {
        try std.testing.expectEqual(0, strikes.wait(1, now));
        strikes.note(1, now);
    }
    try std.testing.expectEqual(0, strikes.wait(1, now));
    for ([_]u64{ 1, 2, 4, 8, 16, 32, 60, 60 }) |seconds| {
        strikes.note(1, now);
        try std.testing.expectEqual(seconds * second, strikes.wait(1, now));
        try std.testing.expectEqual(1, strikes.wait(1, now + seconds * second - 1));
        now += seconds * second;
        try std.testing.expectEqual(0, strikes.wait(1, now));
    }
    try std.testing.expectEqual(0, strikes.wait(2, now));
    now += forgiven_after;
    strikes.note(1, now);
    try std.testing.expectEqual(0, strikes.wait(1, now));
}

test "those that are forgiven take no memory" {
    var strikes: Strikes = .{};
    defer strikes.deinit();
    for (0..1000) |group| strikes.note(@intCast(group), group * second);
    try std.testing.expect(strikes.groups.count() <= 128);
}
