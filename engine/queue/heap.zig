//! A binary min-heap of pointers whose elements know their place, so that removing one is O(log n).
const std = @import("std");

/// `key(element)` orders, `slot(element)` is where an element keeps its index (`none` while it is in no heap).
pub fn IntrusiveHeap(
    comptime T: type,
    comptime key: fn (*const T) u64,
    comptime slot: fn (*T) *u32,
) type {
    return struct {
        const Self = @This();
        pub const none: u32 = std.math.maxInt(u32);

        items: std.ArrayList(*T) = .empty,

        /// Makes room for `count` elements, so that push cannot fail.
        pub fn reserve(self: *Self, allocator: std.mem.Allocator, count: usize) !void {
            try self.items.ensureTotalCapacity(allocator, count);
        }

        pub fn deinit(self: *Self, allocator: std.mem.Allocator) void {
            self.items.deinit(allocator);
        }

        pub fn peek(self: *const Self) ?*T {
            return if (self.items.items.len == 0) null else self.items.items[0];
        }

        pub fn len(self: *const Self) usize {
            return self.items.items.len;
        }

        pub fn contains(_: *const Self, element: *T) bool {
            return slot(element).* != none;
        }

        pub fn push(self: *Self, element: *T) void {
            std.debug.assert(slot(element).* == none);
            self.items.appendAssumeCapacity(element);
            self.siftUp(self.items.items.len - 1);
        }

        pub fn pop(self: *Self) ?*T {
            const first = self.peek() orelse return null;
            self.remove(first);
            return first;
        }

        pub fn remove(self: *Self, element: *T) void {
            const index = slot(element).*;
            std.debug.assert(index != none and self.items.items[index] == element);
            slot(element).* = none;
            const last = self.items.pop().?;
            if (last == element) return;
            self.items.items[index] = last;
            slot(last).* = index;
            self.update(last);
        }

        /// Puts an element whose key changed in its place.
        pub fn update(self: *Self, element: *T) void {
            const index = slot(element).*;
            self.siftUp(index);
            if (slot(element).* == index) self.siftDown(index);
        }

        fn siftUp(self: *Self, start: usize) void {
            const items = self.items.items;
            const element = items[start];
            var index = start;
            while (index > 0) {
                const parent = (index - 1) / 2;
                if (key(items[parent]) <= key(element)) break;
                items[index] = items[parent];
                slot(items[index]).* = @intCast(index);
                index = parent;
            }
            items[index] = element;
            slot(element).* = @intCast(index);
        }

        fn siftDown(self: *Self, start: usize) void {
            const items = self.items.items;
            const element = items[start];
            var index = start;
            while (true) {
                var child = index * 2 + 1;
                if (child >= items.len) break;
                if (child + 1 < items.len and key(items[child + 1]) < key(items[child])) child += 1;
                if (key(element) <= key(items[child])) break;
                items[index] = items[child];
                slot(items[index]).* = @intCast(index);
                index = child;
            }
            items[index] = element;
            slot(element).* = @intCast(index);
        }
    };
}

const Sample = struct {
    value: u64,
    index: u32 = std.math.maxInt(u32),

    fn keyOf(self: *const Sample) u64 {
        return self.value;
    }
    fn slotOf(self: *Sample) *u32 {
        return &self.index;
    }
};

test "random pushes, removals and updates come out in order" {
    const allocator = std.testing.allocator;
    var heap: IntrusiveHeap(Sample, Sample.keyOf, Sample.slotOf) = .{};
    defer heap.deinit(allocator);
    var samples: [200]Sample = undefined;
    try heap.reserve(allocator, samples.len);
    var random = std.Random.DefaultPrng.init(7);
    for (&samples) |*sample| {
        sample.* = .{ .value = random.random().uintLessThan(u64, 50) };
        heap.push(sample);
    }
    for (samples[0..40]) |*sample| heap.remove(sample);
    for (samples[40..80]) |*sample| {
        sample.value = random.random().uintLessThan(u64, 50);
        heap.update(sample);
    }
    var last: u64 = 0;
    var count: usize = 0;
    while (heap.pop()) |sample| : (count += 1) {
        try std.testing.expect(sample.value >= last);
        last = sample.value;
    }
    try std.testing.expectEqual(@as(usize, 160), count);
}
