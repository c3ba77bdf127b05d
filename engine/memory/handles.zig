//! Handles for the C ABI: slot + generation in a u32. A stale handle is found out, never followed; an object in use by a
//! call lives until that call lets go.
const std = @import("std");
const sync = @import("../system/sync.zig");

const slot_bits = 18;
const segment_bits = 10;
const segment_size = 1 << segment_bits;
const segment_count = 1 << (slot_bits - segment_bits);
const generation_mask: u32 = (1 << (32 - slot_bits)) - 1;

pub const capacity_max: u32 = 1 << slot_bits;

/// `T` needs a field `handle`, set before the handle can be followed, and `fn finalize(*T) void`, called when the last
/// reference is gone.
pub fn HandleTable(comptime T: type) type {
    return struct {
        const Self = @This();

        const Slot = struct {
            /// generation << 32 | references. No references: the slot is free.
            state: std.atomic.Value(u64) = std.atomic.Value(u64).init(0),
            object: *T = undefined,
            next_free: u32 = none,
        };
        const none: u32 = std.math.maxInt(u32);

        mutex: sync.Mutex = .{},
        segments: [segment_count]std.atomic.Value(?*[segment_size]Slot) =
            @splat(std.atomic.Value(?*[segment_size]Slot).init(null)),
        used: u32 = 0,
        // Freed slots are reused oldest first, so that a generation comes round as late as possible.
        free_head: u32 = none,
        free_tail: u32 = none,

        /// Registers `object` with one reference, its owner's.
        pub fn add(self: *Self, allocator: std.mem.Allocator, object: *T) error{ OutOfMemory, Limit }!u32 {
            self.mutex.lock();
            defer self.mutex.unlock();
            const index = try self.takeSlot(allocator);
            const slot = self.at(index).?;
            const generation: u64 = ((slot.state.load(.monotonic) >> 32) + 1) & generation_mask;
            const handle = @as(u32, @intCast(generation)) << slot_bits | index;
            slot.object = object;
            object.handle = handle;
            slot.next_free = none;
            slot.state.store((generation << 32) | 1, .release);
            return handle;
        }

        /// The object behind a live handle, with a reference to be given back by `release`.
        pub fn acquire(self: *Self, handle: u32) ?*T {
            const slot = self.at(handle & (capacity_max - 1)) orelse return null;
            var state = slot.state.load(.acquire);
            while (true) {
                if (state >> 32 != handle >> slot_bits or state & 0xffff_ffff == 0) return null;
                state = slot.state.cmpxchgWeak(state, state + 1, .acq_rel, .acquire) orelse return slot.object;
            }
        }

        pub fn release(self: *Self, handle: u32) void {
            const index = handle & (capacity_max - 1);
            const slot = self.at(index).?;
            const object = slot.object;
            const before = slot.state.fetchSub(1, .acq_rel);
            std.debug.assert(before & 0xffff_ffff != 0 and before >> 32 == handle >> slot_bits);
            if (before & 0xffff_ffff != 1) return;
            object.finalize();
            self.mutex.lock();
            defer self.mutex.unlock();
            if (self.free_tail == none) self.free_head = index else self.at(self.free_tail).?.next_free = index;
            self.free_tail = index;
        }

        fn at(self: *Self, index: u32) ?*Slot {
            const segment = self.segments[index >> segment_bits].load(.acquire) orelse return null;
            return &segment[index & (segment_size - 1)];
        }

        fn takeSlot(self: *Self, allocator: std.mem.Allocator) error{ OutOfMemory, Limit }!u32 {
            // A few fresh slots are kept between a slot's uses even when one object at a time lives.
            if (self.free_head != none and self.used >= 64) {
                const index = self.free_head;
                self.free_head = self.at(index).?.next_free;
                if (self.free_head == none) self.free_tail = none;
                return index;
            }
            if (self.used == capacity_max) return error.Limit;
            const index = self.used;
            const segment = &self.segments[index >> segment_bits];
            if (segment.load(.monotonic) == null) {
                const fresh = try allocator.create([segment_size]Slot);
                fresh.* = @splat(.{});
                segment.store(fresh, .release);
            }
            self.used += 1;
            return index;
        }
    };
}

const Thing = struct {
    handle: u32 = 0,
    finalized: bool = false,
    fn finalize(self: *Thing) void {
        self.finalized = true;
    }
};

test "stale handles are found out, references keep objects" {
    // Segments are never given back, as in the engine, where the table lives as long as the process.
    var arena = std.heap.ArenaAllocator.init(std.testing.allocator);
    defer arena.deinit();
    var table: HandleTable(Thing) = .{};
    var first: Thing = .{};
    const handle = try table.add(arena.allocator(), &first);
    try std.testing.expectEqual(handle, first.handle);
    try std.testing.expectEqual(&first, table.acquire(handle).?);
    table.release(handle);
    try std.testing.expect(!first.finalized);
    table.release(handle);
    try std.testing.expect(first.finalized);
    try std.testing.expectEqual(null, table.acquire(handle));
    try std.testing.expectEqual(null, table.acquire(0xffff_ffff));

    var others: [300]Thing = @splat(.{});
    for (&others) |*other| {
        const fresh = try table.add(arena.allocator(), other);
        try std.testing.expect(fresh != handle);
        table.release(fresh);
        try std.testing.expect(other.finalized);
    }
}

/// An object that must not be finalized while somebody has a reference, nor twice.
const Counted = struct {
    handle: u32 = 0,
    alive: std.atomic.Value(u32) = std.atomic.Value(u32).init(1),
    users: std.atomic.Value(u32) = std.atomic.Value(u32).init(0),

    var broken: std.atomic.Value(bool) = std.atomic.Value(bool).init(false);
    var finalized: std.atomic.Value(u32) = std.atomic.Value(u32).init(0);

    fn finalize(self: *Counted) void {
        if (self.alive.fetchSub(1, .seq_cst) != 1 or self.users.load(.seq_cst) != 0) broken.store(true, .seq_cst);
        _ = finalized.fetchAdd(1, .seq_cst);
    }
};

const Players = struct {
    table: HandleTable(Counted) = .{},
    arena: std.heap.ArenaAllocator,
    shared: [8]std.atomic.Value(u32) = @splat(std.atomic.Value(u32).init(0xffff_ffff)),
    made: std.atomic.Value(u32) = std.atomic.Value(u32).init(0),

    /// Makes objects and gives them up, and uses whatever handle it finds: its own, the others', stale ones, made-up ones.
    fn play(self: *Players, seed: u64, objects: []Counted) void {
        var prng = std.Random.DefaultPrng.init(seed);
        const random = prng.random();
        for (objects) |*object| {
            const handle = self.table.add(self.arena.allocator(), object) catch unreachable;
            _ = self.made.fetchAdd(1, .seq_cst);
            self.shared[random.uintLessThan(usize, self.shared.len)].store(handle, .seq_cst);
            for (0..4) |_| {
                const place = &self.shared[random.uintLessThan(usize, self.shared.len)];
                const found = if (random.uintLessThan(u32, 8) == 0) random.int(u32) else place.load(.seq_cst);
                const used = self.table.acquire(found) orelse continue;
                _ = used.users.fetchAdd(1, .seq_cst);
                if (used.handle != found or used.alive.load(.seq_cst) != 1) Counted.broken.store(true, .seq_cst);
                _ = used.users.fetchSub(1, .seq_cst);
                self.table.release(found);
            }
            self.table.release(handle);
        }
    }
};

test "two threads at random: no object ends while it is used, and each ends once" {
    for ([_]u64{ 1, 2, 3, 4 }) |seed| {
        errdefer std.debug.print("seed {d}\n", .{seed});
        Counted.finalized.store(0, .seq_cst);
        var players: Players = .{ .arena = std.heap.ArenaAllocator.init(std.testing.allocator) };
        defer players.arena.deinit();
        // Fewer generations than there are, so that no handle comes round.
        const objects = try std.testing.allocator.alloc(Counted, 40_000);
        defer std.testing.allocator.free(objects);
        for (objects) |*object| object.* = .{};
        const half = objects.len / 2;
        const other = try std.Thread.spawn(.{}, Players.play, .{ &players, seed *% 7919, objects[half..] });
        players.play(seed, objects[0..half]);
        other.join();
        try std.testing.expect(!Counted.broken.load(.seq_cst));
        try std.testing.expectEqual(players.made.load(.seq_cst), Counted.finalized.load(.seq_cst));
    }
}
