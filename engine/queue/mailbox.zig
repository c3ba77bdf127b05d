//! An isolate's inbound work, in the order the host posted it. Any thread posts, the thread that runs the isolate takes.
const std = @import("std");
const sync = @import("../system/sync.zig");
const constants = @import("../abi/constants.zig");

pub const Item = struct {
    next: ?*Item = null,
    kind: constants.Post,
    encoding: constants.Encoding,
    request_id: u32,
    length: u32,

    pub fn bytes(self: *Item) []u8 {
        const base: [*]u8 = @ptrCast(self);
        return base[@sizeOf(Item)..][0..self.length];
    }

    pub fn create(
        kind: constants.Post,
        encoding: constants.Encoding,
        request_id: u32,
        payload: []const u8,
    ) error{OutOfMemory}!*Item {
        const memory = std.c.malloc(@sizeOf(Item) + payload.len) orelse return error.OutOfMemory;
        const item: *Item = @ptrCast(@alignCast(memory));
        item.* = .{ .kind = kind, .encoding = encoding, .request_id = request_id, .length = @intCast(payload.len) };
        @memcpy(item.bytes(), payload);
        return item;
    }

    pub fn destroy(self: *Item) void {
        std.c.free(self);
    }

    /// What the item counts against mailbox_bytes_max.
    pub fn cost(self: *const Item) u64 {
        return @sizeOf(Item) + @as(u64, self.length);
    }
};

pub const Mailbox = struct {
    mutex: sync.Mutex = .{},
    head: ?*Item = null,
    tail: ?*Item = null,
    bytes: std.atomic.Value(u64) = std.atomic.Value(u64).init(0),
    count: std.atomic.Value(u32) = std.atomic.Value(u32).init(0),
    /// A post was refused since the mailbox last had room.
    refused: bool = false,
    closed: bool = false,
    /// Taken from the shared list, not yet worked on; only the thread that runs the isolate touches it.
    taken: ?*Item = null,
    /// Given out by `take`, not yet given back; the same thread's.
    working: ?*Item = null,

    pub const PushError = error{ Full, Closed };

    /// Takes the item over, unless it fails. An empty mailbox takes one item of any size.
    pub fn push(self: *Mailbox, item: *Item, bytes_max: u64) PushError!void {
        const cost = item.cost();
        self.mutex.lock();
        defer self.mutex.unlock();
        if (self.closed) return error.Closed;
        const held = self.bytes.load(.monotonic);
        if (held != 0 and held + cost > bytes_max) {
            self.refused = true;
            return error.Full;
        }
        if (self.tail) |tail| tail.next = item else self.head = item;
        self.tail = item;
        _ = self.bytes.fetchAdd(cost, .monotonic);
        _ = self.count.fetchAdd(1, .monotonic);
    }

    /// The next item, now the caller's to give back with `done`.
    pub fn take(self: *Mailbox) ?*Item {
        if (self.taken == null) {
            self.mutex.lock();
            defer self.mutex.unlock();
            self.taken = self.head;
            self.head = null;
            self.tail = null;
        }
        const item = self.taken orelse return null;
        self.taken = item.next;
        item.next = null;
        self.working = item;
        return item;
    }

    /// Frees an item. True when a refused host should hear that there is room again.
    pub fn done(self: *Mailbox, item: *Item, bytes_max: u64) bool {
        const cost = item.cost();
        self.working = null;
        item.destroy();
        const held = self.bytes.fetchSub(cost, .monotonic) - cost;
        _ = self.count.fetchSub(1, .monotonic);
        if (!@atomicLoad(bool, &self.refused, .monotonic) or held > bytes_max / 2) return false;
        self.mutex.lock();
        defer self.mutex.unlock();
        defer self.refused = false;
        return self.refused;
    }

    pub fn isEmpty(self: *Mailbox) bool {
        if (self.taken != null) return false;
        self.mutex.lock();
        defer self.mutex.unlock();
        return self.head == null;
    }

    /// Refuses further items and frees those that wait, and the one that a turn was working on when its thread died. On the
    /// thread that runs the isolate.
    pub fn close(self: *Mailbox) void {
        if (self.working) |item| _ = self.done(item, 0);
        {
            self.mutex.lock();
            defer self.mutex.unlock();
            self.closed = true;
        }
        while (self.take()) |item| _ = self.done(item, 0);
    }
};

fn testItem(payload: []const u8) !*Item {
    return Item.create(.message, .wire, 0, payload);
}

test "items come out in order and the bound holds" {
    var mailbox: Mailbox = .{};
    const one = try testItem("one");
    const bound = one.cost() * 2;
    try mailbox.push(one, bound);
    try mailbox.push(try testItem("two"), bound);
    const three = try testItem("three");
    try std.testing.expectError(error.Full, mailbox.push(three, bound));

    const first = mailbox.take().?;
    try std.testing.expectEqualStrings("one", first.bytes());
    try std.testing.expect(mailbox.done(first, bound));
    try mailbox.push(three, bound * 2);
    const second = mailbox.take().?;
    try std.testing.expectEqualStrings("two", second.bytes());
    try std.testing.expect(!mailbox.done(second, bound));

    try mailbox.push(try testItem("waits"), bound * 4);
    try mailbox.push(try testItem("waits too"), bound * 4);
    _ = mailbox.take().?;
    mailbox.close();
    try std.testing.expectEqual(0, mailbox.bytes.load(.monotonic));
    const late = try testItem("late");
    defer late.destroy();
    try std.testing.expectError(error.Closed, mailbox.push(late, bound));
}
