//! A sandbox's outbound records, oldest first. Pool threads add, the host takes. Small records are copied into chunks;
//! a large one keeps the buffer that the serializer made.
const std = @import("std");
const builtin = @import("builtin");
const sync = @import("../system/sync.zig");
const abi = @import("../abi/header.zig").public;
const constants = @import("../abi/constants.zig");
const mirror = @import("../abi/mirror.zig");

pub const Header = extern struct {
    size: u32,
    type: u16,
    encoding: u16,
    isolate_id: u32,
    request_id: u32,
    payload_length: u32,
    isolate: u32,
};
comptime {
    mirror.layout(Header, abi.nr_record);
    std.debug.assert(@sizeOf(Header) == abi.NR_RECORD_HEADER_SIZE);
}

const chunk_bytes = 64 * 1024;

/// In tests: there is no memory for records.
pub var refuses_memory: std.atomic.Value(bool) = std.atomic.Value(bool).init(false);

const Node = struct {
    next: ?*Node = null,
    /// Whole records, header and payload; for a large record only the header, with the payload in `large`.
    bytes: []u8,
    used: usize = 0,
    read: usize = 0,
    large: ?[]u8 = null,

    fn create(capacity: usize) error{OutOfMemory}!*Node {
        if (builtin.is_test and refuses_memory.load(.seq_cst)) return error.OutOfMemory;
        const memory = std.c.malloc(@sizeOf(Node) + capacity) orelse return error.OutOfMemory;
        const node: *Node = @ptrCast(@alignCast(memory));
        const base: [*]u8 = @ptrCast(node);
        node.* = .{ .bytes = base[@sizeOf(Node)..][0..capacity] };
        return node;
    }

    fn destroy(self: *Node) void {
        if (self.large) |large| std.c.free(large.ptr);
        std.c.free(self);
    }

    fn header(self: *Node) Header {
        return std.mem.bytesToValue(Header, self.bytes[self.read..][0..@sizeOf(Header)]);
    }
};

/// A record's size, header and padding included.
pub fn recordSize(payload_length: usize) usize {
    return std.mem.alignForward(usize, @sizeOf(Header) + payload_length, 8);
}

/// Room for a record that must not be lost when memory is refused.
pub const Reserve = struct {
    node: ?*Node = null,

    pub fn create(payload_length_max: usize) error{OutOfMemory}!Reserve {
        return .{ .node = try Node.create(recordSize(payload_length_max)) };
    }

    pub fn destroy(self: *Reserve) void {
        if (self.node) |node| node.destroy();
        self.node = null;
    }
};

pub const Taken = struct { count: u32 = 0, bytes: u32 = 0, needed: u32 = 0 };

pub const Outbox = struct {
    mutex: sync.Mutex = .{},
    head: ?*Node = null,
    tail: ?*Node = null,
    bytes: std.atomic.Value(u64) = std.atomic.Value(u64).init(0),
    records: std.atomic.Value(u64) = std.atomic.Value(u64).init(0),
    /// Detached from the shared list; only the taker touches it.
    taking: ?*Node = null,
    /// A chunk that has been read, for the next records: in a quick exchange the same one goes to and fro.
    spare: std.atomic.Value(?*Node) = std.atomic.Value(?*Node).init(null),

    /// Adds a record. When `owned`, `payload` came from malloc and is taken over, unless this fails.
    /// `header.size` and `header.payload_length` are filled in here. Returns the record's size.
    /// `ended`, read and set under the lock only, is its isolate's: nothing comes after a record that is `last`.
    /// With a `reserve` that is not smaller than the record this does not fail for memory.
    pub fn push(
        self: *Outbox,
        template: Header,
        payload: []u8,
        owned: bool,
        ended: *bool,
        last: bool,
        reserve: ?*Reserve,
    ) error{ OutOfMemory, Ended }!u64 {
        var header = template;
        header.payload_length = @intCast(payload.len);
        const size = recordSize(payload.len);
        header.size = @intCast(size);
        // Made outside the lock: malloc may be slow and must not hold up the other threads.
        const large: ?*Node = if (owned or size > chunk_bytes) try self.largeNode(header, payload, owned) else null;

        errdefer if (large) |node| {
            if (owned) node.large = null;
            node.destroy();
        };
        self.mutex.lock();
        defer self.mutex.unlock();
        if (ended.*) return error.Ended;
        if (large) |node| {
            self.append(node);
        } else {
            const node = self.room(size) catch |failure| try self.reserved(reserve, size, failure);
            const target = node.bytes[node.used..][0..size];
            @memcpy(target[0..@sizeOf(Header)], std.mem.asBytes(&header));
            @memcpy(target[@sizeOf(Header)..][0..payload.len], payload);
            @memset(target[@sizeOf(Header) + payload.len ..], 0);
            node.used += size;
        }
        if (last) ended.* = true;
        _ = self.bytes.fetchAdd(size, .seq_cst);
        _ = self.records.fetchAdd(1, .seq_cst);
        return size;
    }

    fn largeNode(_: *Outbox, header: Header, payload: []u8, owned: bool) error{OutOfMemory}!*Node {
        const node = try Node.create(@sizeOf(Header));
        if (owned) {
            node.large = payload;
        } else {
            const copy = std.c.malloc(payload.len) orelse {
                node.destroy();
                return error.OutOfMemory;
            };
            node.large = @as([*]u8, @ptrCast(copy))[0..payload.len];
            @memcpy(node.large.?, payload);
        }
        @memcpy(node.bytes, std.mem.asBytes(&header));
        node.used = @sizeOf(Header);
        return node;
    }

    fn room(self: *Outbox, size: usize) error{OutOfMemory}!*Node {
        self.mutex.assertHeld();
        if (self.tail) |tail| {
            if (tail.large == null and tail.bytes.len - tail.used >= size) return tail;
        }
        const node = self.spare.swap(null, .acq_rel) orelse try Node.create(chunk_bytes);
        self.append(node);
        return node;
    }

    fn reserved(self: *Outbox, reserve: ?*Reserve, size: usize, failure: error{OutOfMemory}) error{OutOfMemory}!*Node {
        const kept = reserve orelse return failure;
        const node = kept.node orelse return failure;
        std.debug.assert(node.bytes.len >= size);
        kept.node = null;
        self.append(node);
        return node;
    }

    fn recycle(self: *Outbox, node: *Node) void {
        if (node.large != null or node.bytes.len != chunk_bytes) return node.destroy();
        node.next = null;
        node.used = 0;
        node.read = 0;
        if (self.spare.swap(node, .acq_rel)) |other| other.destroy();
    }

    fn append(self: *Outbox, node: *Node) void {
        self.mutex.assertHeld();
        if (self.tail) |tail| tail.next = node else self.head = node;
        self.tail = node;
    }

    pub fn isEmpty(self: *const Outbox) bool {
        return self.records.load(.seq_cst) == 0;
    }

    /// Copies whole records into `buffer`. `taken(context, isolate, bytes)` hears what left, per run of one isolate.
    pub fn take(
        self: *Outbox,
        buffer: []u8,
        context: anytype,
        comptime taken: fn (@TypeOf(context), u32, u64) void,
    ) Taken {
        var result: Taken = .{};
        var isolate: u32 = 0;
        var isolate_bytes: u64 = 0;
        while (true) {
            const node = self.current() orelse break;
            const header = node.header();
            if (@as(usize, result.bytes) + header.size > buffer.len) {
                if (result.count == 0) result.needed = header.size;
                break;
            }
            const target = buffer[result.bytes..][0..header.size];
            if (node.large) |large| {
                @memcpy(target[0..@sizeOf(Header)], node.bytes);
                @memcpy(target[@sizeOf(Header)..][0..large.len], large);
                @memset(target[@sizeOf(Header) + large.len ..], 0);
                node.read = node.used;
            } else {
                @memcpy(target, node.bytes[node.read..][0..header.size]);
                node.read += header.size;
            }
            if (header.isolate != isolate) {
                if (isolate_bytes != 0) taken(context, isolate, isolate_bytes);
                isolate = header.isolate;
                isolate_bytes = 0;
            }
            isolate_bytes += header.size;
            result.bytes += header.size;
            result.count += 1;
        }
        if (isolate_bytes != 0) taken(context, isolate, isolate_bytes);
        _ = self.bytes.fetchSub(result.bytes, .seq_cst);
        _ = self.records.fetchSub(result.count, .seq_cst);
        return result;
    }

    /// The oldest record, where it lies: until it is dropped. The taker's.
    pub const Front = struct { header: Header, payload: []const u8 };

    pub fn front(self: *Outbox) ?Front {
        const node = self.current() orelse return null;
        const header = node.header();
        const payload = node.large orelse node.bytes[node.read + @sizeOf(Header) ..][0..header.payload_length];
        return .{ .header = header, .payload = payload };
    }

    /// The oldest record has gone elsewhere. Its bytes count until `bytes` is told that they were taken there.
    pub fn dropFront(self: *Outbox) void {
        const node = self.taking.?;
        node.read += if (node.large != null) node.used else node.header().size;
        _ = self.records.fetchSub(1, .seq_cst);
    }

    /// The node with the oldest record, after freeing those that have been read.
    fn current(self: *Outbox) ?*Node {
        while (true) {
            if (self.taking) |node| {
                if (node.read < node.used) return node;
                self.taking = node.next;
                self.recycle(node);
                continue;
            }
            self.mutex.lock();
            defer self.mutex.unlock();
            if (self.head == null) return null;
            self.taking = self.head;
            self.head = null;
            self.tail = null;
        }
    }

    pub fn deinit(self: *Outbox) void {
        while (self.current()) |node| node.read = node.used;
        if (self.spare.swap(null, .acq_rel)) |node| node.destroy();
    }
};

const Count = struct {
    bytes: u64 = 0,
    fn add(self: *Count, _: u32, bytes: u64) void {
        self.bytes += bytes;
    }
};

test "records come out whole, in order, small and large" {
    var outbox: Outbox = .{};
    defer outbox.deinit();
    var count: Count = .{};
    const template = std.mem.zeroInit(Header, .{ .type = @intFromEnum(constants.Event.message), .isolate_id = 3 });
    var text = "hello".*;
    var ended = false;
    try std.testing.expectEqual(32, try outbox.push(template, &text, false, &ended, false, null));
    const large: [*]u8 = @ptrCast(std.c.malloc(100_000).?);
    @memset(large[0..100_000], 'x');
    _ = try outbox.push(template, large[0..100_000], true, &ended, false, null);
    _ = try outbox.push(template, &text, false, &ended, false, null);

    var buffer: [200_000]u8 align(8) = undefined;
    const first = outbox.take(buffer[0..40], &count, Count.add);
    try std.testing.expectEqual(1, first.count);
    try std.testing.expectEqualStrings("hello", buffer[24..29]);
    const tight = outbox.take(buffer[0..40], &count, Count.add);
    try std.testing.expectEqual(100_024, tight.needed);
    const rest = outbox.take(&buffer, &count, Count.add);
    try std.testing.expectEqual(2, rest.count);
    try std.testing.expectEqual('x', buffer[100_023]);
    try std.testing.expectEqual(32 + 100_024 + 32, count.bytes);
    try std.testing.expect(outbox.isEmpty());

    _ = try outbox.push(template, &text, false, &ended, true, null);
    try std.testing.expectError(error.Ended, outbox.push(template, &text, false, &ended, true, null));
    try std.testing.expectEqual(1, outbox.take(&buffer, &count, Count.add).count);
}

test "records are looked at where they lie, small and large" {
    var outbox: Outbox = .{};
    defer outbox.deinit();
    const template = std.mem.zeroInit(Header, .{ .type = @intFromEnum(constants.Event.message), .isolate_id = 3 });
    var text = "hello".*;
    var ended = false;
    _ = try outbox.push(template, &text, false, &ended, false, null);
    var large: [chunk_bytes]u8 = @splat('x');
    _ = try outbox.push(template, &large, false, &ended, false, null);
    try std.testing.expectEqualStrings("hello", outbox.front().?.payload);
    outbox.dropFront();
    try std.testing.expectEqual(large.len, outbox.front().?.payload.len);
    try std.testing.expect(!outbox.isEmpty());
    outbox.dropFront();
    try std.testing.expect(outbox.isEmpty());
    try std.testing.expectEqual(null, outbox.front());
}

test "a record with a reserve is not lost when memory is refused" {
    var outbox: Outbox = .{};
    defer outbox.deinit();
    var count: Count = .{};
    const template = std.mem.zeroInit(Header, .{ .type = @intFromEnum(constants.Event.destroyed), .isolate_id = 3 });
    var text = "last words".*;
    var ended = false;
    var reserve = try Reserve.create(text.len);
    defer reserve.destroy();
    refuses_memory.store(true, .seq_cst);
    defer refuses_memory.store(false, .seq_cst);
    try std.testing.expectError(error.OutOfMemory, outbox.push(template, &text, false, &ended, false, null));
    try std.testing.expect(!ended);
    _ = try outbox.push(template, &text, false, &ended, true, &reserve);
    try std.testing.expectEqual(null, reserve.node);
    var buffer: [64]u8 align(8) = undefined;
    try std.testing.expectEqual(1, outbox.take(&buffer, &count, Count.add).count);
    try std.testing.expectEqualStrings("last words", buffer[24..34]);
    try std.testing.expect(outbox.isEmpty());
}

/// A thread that sends records of random sizes, each with its number.
const Sender = struct {
    outbox: *Outbox,
    isolate: u32,
    sent_bytes: u64 = 0,

    const count = 3000;

    fn run(self: *Sender, seed: u64) void {
        var prng = std.Random.DefaultPrng.init(seed);
        const random = prng.random();
        var ended = false;
        for (0..count) |number| {
            const is_large = random.uintLessThan(u32, 50) == 0;
            const length = 4 + random.uintLessThan(usize, if (is_large) 100_000 else 400);
            const owned = random.boolean();
            const payload = @as([*]u8, @ptrCast(std.c.malloc(length).?))[0..length];
            @memset(payload, @truncate(number));
            std.mem.writeInt(u32, payload[0..4], @intCast(number), .little);
            const header = std.mem.zeroInit(Header, .{ .isolate_id = self.isolate, .isolate = self.isolate });
            self.sent_bytes += self.outbox.push(header, payload, owned, &ended, false, null) catch unreachable;
            if (!owned) std.c.free(payload.ptr);
        }
    }
};

const Receiver = struct {
    next: [2]u32 = @splat(0),
    bytes: [2]u64 = @splat(0),

    fn taken(self: *Receiver, isolate: u32, bytes: u64) void {
        self.bytes[isolate - 1] += bytes;
    }
};

test "two senders and a taker at random: each record comes once, whole, in its sender's order" {
    for ([_]u64{ 1, 2, 3 }) |seed| {
        errdefer std.debug.print("seed {d}\n", .{seed});
        var outbox: Outbox = .{};
        defer outbox.deinit();
        var senders = [_]Sender{ .{ .outbox = &outbox, .isolate = 1 }, .{ .outbox = &outbox, .isolate = 2 } };
        var threads: [2]std.Thread = undefined;
        for (&senders, &threads) |*sender, *thread| {
            thread.* = try std.Thread.spawn(.{}, Sender.run, .{ sender, seed *% 31 +% sender.isolate });
        }
        var prng = std.Random.DefaultPrng.init(seed);
        var receiver: Receiver = .{};
        const buffer = try std.testing.allocator.alignedAlloc(u8, .@"8", 200_000);
        defer std.testing.allocator.free(buffer);
        while (receiver.next[0] + receiver.next[1] < 2 * Sender.count) {
            const capacity = 8 * (16 + prng.random().uintLessThan(usize, 24_000));
            const found = outbox.take(buffer[0..capacity], &receiver, Receiver.taken);
            var offset: usize = 0;
            for (0..found.count) |_| {
                const header = std.mem.bytesToValue(Header, buffer[offset..][0..@sizeOf(Header)]);
                const payload = buffer[offset + @sizeOf(Header) ..][0..header.payload_length];
                const expected = &receiver.next[header.isolate - 1];
                try std.testing.expectEqual(expected.*, std.mem.readInt(u32, payload[0..4], .little));
                for (payload[4..]) |byte| try std.testing.expectEqual(@as(u8, @truncate(expected.*)), byte);
                expected.* += 1;
                offset += header.size;
            }
            if (found.count == 0) std.Thread.yield() catch {};
        }
        for (threads) |thread| thread.join();
        for (senders, receiver.bytes) |sender, bytes| try std.testing.expectEqual(sender.sent_bytes, bytes);
        try std.testing.expect(outbox.isEmpty());
        try std.testing.expectEqual(0, outbox.bytes.load(.monotonic));
    }
}
