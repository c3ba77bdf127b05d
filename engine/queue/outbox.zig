//! A sandbox's outbound records, oldest first. Pool threads add, the host takes. Small records are copied into chunks;
//! a large one keeps the buffer that the serializer made.
const std = @import("std");
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

const Node = struct {
    next: ?*Node = null,
    /// Whole records, header and payload; for a large record only the header, with the payload in `large`.
    bytes: []u8,
    used: usize = 0,
    read: usize = 0,
    large: ?[]u8 = null,

    fn create(capacity: usize) error{OutOfMemory}!*Node {
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

fn recordSize(payload_length: usize) usize {
    return std.mem.alignForward(usize, @sizeOf(Header) + payload_length, 8);
}

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
    pub fn push(
        self: *Outbox,
        template: Header,
        payload: []u8,
        owned: bool,
        ended: *bool,
        last: bool,
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
            const node = try self.room(size);
            const target = node.bytes[node.used..][0..size];
            @memcpy(target[0..@sizeOf(Header)], std.mem.asBytes(&header));
            @memcpy(target[@sizeOf(Header)..][0..payload.len], payload);
            @memset(target[@sizeOf(Header) + payload.len ..], 0);
            node.used += size;
        }
        if (last) ended.* = true;
        _ = self.bytes.fetchAdd(size, .monotonic);
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

    fn recycle(self: *Outbox, node: *Node) void {
        if (node.large != null) return node.destroy();
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
        _ = self.bytes.fetchSub(result.bytes, .monotonic);
        _ = self.records.fetchSub(result.count, .seq_cst);
        return result;
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
    try std.testing.expectEqual(32, try outbox.push(template, &text, false, &ended, false));
    const large: [*]u8 = @ptrCast(std.c.malloc(100_000).?);
    @memset(large[0..100_000], 'x');
    _ = try outbox.push(template, large[0..100_000], true, &ended, false);
    _ = try outbox.push(template, &text, false, &ended, false);

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

    _ = try outbox.push(template, &text, false, &ended, true);
    try std.testing.expectError(error.Ended, outbox.push(template, &text, false, &ended, true));
    try std.testing.expectEqual(1, outbox.take(&buffer, &count, Count.add).count);
}
