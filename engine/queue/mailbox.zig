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
        return costOf(self.length);
    }

    /// The same for one that is not made yet.
    pub fn costOf(length: usize) u64 {
        return @sizeOf(Item) + @as(u64, length);
    }
};

pub const Mailbox = struct {
    mutex: sync.Mutex = .{},
    head: ?*Item = null,
    tail: ?*Item = null,
    bytes: std.atomic.Value(u64) = std.atomic.Value(u64).init(0),
    count: std.atomic.Value(u32) = std.atomic.Value(u32).init(0),
    /// A post was refused and its host has not been told since that there is room. Set under the mutex.
    refused: std.atomic.Value(bool) = std.atomic.Value(bool).init(false),
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
        const held = self.bytes.load(.seq_cst);
        if (held != 0 and held + cost > bytes_max) {
            const refused_before = self.refused.swap(true, .seq_cst);
            // Whoever works on the last item either sees that, or had given it back before this second look.
            if (self.bytes.load(.seq_cst) != 0) return error.Full;
            if (!refused_before) self.refused.store(false, .seq_cst);
        }
        if (self.tail) |tail| tail.next = item else self.head = item;
        self.tail = item;
        _ = self.bytes.fetchAdd(cost, .seq_cst);
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
        const held = self.bytes.fetchSub(cost, .seq_cst) - cost;
        _ = self.count.fetchSub(1, .monotonic);
        if (!self.refused.load(.seq_cst) or held > bytes_max / 2) return false;
        self.mutex.lock();
        defer self.mutex.unlock();
        return self.refused.swap(false, .seq_cst);
    }

    /// A post was refused on the host's side, by its own account. True when there is nothing that it could wait for.
    pub fn noteRefused(self: *Mailbox) bool {
        self.mutex.lock();
        defer self.mutex.unlock();
        self.refused.store(true, .seq_cst);
        return self.bytes.load(.seq_cst) == 0 and self.refused.swap(false, .seq_cst);
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

/// A runner that works without pause, and hears of each room it has to tell the host of.
const Runner = struct {
    mailbox: *Mailbox,
    bound: u64,
    told: std.atomic.Value(u64) = std.atomic.Value(u64).init(0),
    stopped: std.atomic.Value(bool) = std.atomic.Value(bool).init(false),

    fn run(self: *Runner) void {
        while (!self.stopped.load(.acquire)) {
            while (self.mailbox.take()) |item| {
                if (self.mailbox.done(item, self.bound)) _ = self.told.fetchAdd(1, .seq_cst);
            }
            // Others need the processor, too.
            std.Thread.yield() catch {};
        }
    }
};

test "each refusal is followed by one word of room, whatever the moment" {
    // Of a bound that is hardly more than an item, most refusals meet the last item as it is given back.
    for ([_]u64{ 1, 2, 3 }) |seed| {
        errdefer std.debug.print("seed {d}\n", .{seed});
        var prng = std.Random.DefaultPrng.init(seed);
        const random = prng.random();
        var mailbox: Mailbox = .{};
        var runner: Runner = .{ .mailbox = &mailbox, .bound = 200 };
        const thread = try std.Thread.spawn(.{}, Runner.run, .{&runner});
        const payload: [150]u8 = @splat('x');
        var refusals: u64 = 0;
        for (0..20_000) |_| {
            const item = try testItem(payload[0..random.uintAtMost(usize, payload.len)]);
            mailbox.push(item, runner.bound) catch {
                item.destroy();
                refusals += 1;
                // The host posts nothing more until it hears of room. Generous: it only ends a hang.
                const deadline = @import("../system/time.zig").now() + 20_000_000_000;
                while (runner.told.load(.seq_cst) != refusals) {
                    if (@import("../system/time.zig").now() > deadline) return error.NeverTold;
                    std.Thread.yield() catch {};
                }
            };
        }
        runner.stopped.store(true, .release);
        thread.join();
        mailbox.close();
        try std.testing.expectEqual(refusals, runner.told.load(.seq_cst));
        try std.testing.expectEqual(0, mailbox.bytes.load(.seq_cst));
    }
}
