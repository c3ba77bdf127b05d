//! What debuggers ask of an isolate, in the order they asked; some of it may be taken before its turn, in the middle of a
//! guest's. Any thread adds, the thread that runs the isolate takes.
const std = @import("std");
const constants = @import("../abi/constants.zig");
const sync = @import("../system/sync.zig");
const Item = @import("mailbox.zig").Item;

pub const Commands = struct {
    mutex: sync.Mutex = .{},
    head: ?*Item = null,
    tail: ?*Item = null,
    bytes: u64 = 0,
    closed: bool = false,
    /// How many wait, and of them those that need not wait for a turn's end: for looks without the mutex.
    count: std.atomic.Value(u32) = std.atomic.Value(u32).init(0),
    urgent_count: std.atomic.Value(u32) = std.atomic.Value(u32).init(0),

    /// Takes the item over, unless it fails. One of any size fits when none waits.
    pub fn push(self: *Commands, item: *Item, bytes_max: u64) error{ Full, Closed }!void {
        self.mutex.lock();
        defer self.mutex.unlock();
        if (self.closed) return error.Closed;
        if (self.bytes != 0 and self.bytes + item.cost() > bytes_max) return error.Full;
        if (self.tail) |tail| tail.next = item else self.head = item;
        self.tail = item;
        self.bytes += item.cost();
        if (isUrgent(item)) _ = self.urgent_count.fetchAdd(1, .seq_cst);
        _ = self.count.fetchAdd(1, .seq_cst);
    }

    /// The first, or the first that is urgent; now the caller's to destroy.
    pub fn take(self: *Commands, only_urgent: bool) ?*Item {
        const waiting = if (only_urgent) &self.urgent_count else &self.count;
        if (waiting.load(.seq_cst) == 0) return null;
        self.mutex.lock();
        defer self.mutex.unlock();
        var before: ?*Item = null;
        var cursor = self.head;
        while (cursor) |item| : (cursor = item.next) {
            if (!only_urgent or isUrgent(item)) {
                self.unlink(before, item);
                return item;
            }
            before = item;
        }
        return null;
    }

    fn unlink(self: *Commands, before: ?*Item, item: *Item) void {
        self.mutex.assertHeld();
        if (before) |previous| previous.next = item.next else self.head = item.next;
        if (self.tail == item) self.tail = before;
        item.next = null;
        self.bytes -= item.cost();
        if (isUrgent(item)) _ = self.urgent_count.fetchSub(1, .seq_cst);
        _ = self.count.fetchSub(1, .seq_cst);
    }

    /// Refuses further ones and frees those that wait.
    pub fn close(self: *Commands) void {
        {
            self.mutex.lock();
            defer self.mutex.unlock();
            self.closed = true;
        }
        while (self.take(false)) |item| item.destroy();
    }

    fn isUrgent(item: *Item) bool {
        return item.bytes()[0] & constants.inspect_interrupts != 0;
    }
};

test "urgent commands are taken first when only they may be, the others in order" {
    var commands: Commands = .{};
    const urgent = [_]u8{ constants.inspect_interrupts, 'u' };
    const plain = [_]u8{ 0, 'p' };
    const bound = 3 * Item.costOf(2);
    for ([_][]const u8{ &plain, &urgent, &plain }) |text| {
        try commands.push(try Item.create(.inspect, .json_utf8, 1, text), bound);
    }
    const more = try Item.create(.inspect, .json_utf8, 1, &plain);
    try std.testing.expectError(error.Full, commands.push(more, bound));
    const first = commands.take(true).?;
    try std.testing.expectEqual('u', first.bytes()[1]);
    first.destroy();
    try std.testing.expectEqual(null, commands.take(true));
    try commands.push(more, bound);
    for (0..2) |_| {
        const next = commands.take(false).?;
        try std.testing.expectEqual('p', next.bytes()[1]);
        next.destroy();
    }
    commands.close();
    try std.testing.expectEqual(0, commands.bytes);
    const late = try Item.create(.inspect, .json_utf8, 1, &plain);
    defer late.destroy();
    try std.testing.expectError(error.Closed, commands.push(late, bound));
}
