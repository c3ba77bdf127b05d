//! A stream of bytes from one process to another, through a ring that both have mapped. Each side keeps its own place in
//! private memory; the other's is read once for each look and may be anything.
const std = @import("std");
const dawdle = @import("pace.zig").dawdle;
const Word = @import("../system/shared_word.zig").Word;

/// The other side's place cannot be: it is further than the ring is long.
pub const Violation = error{Violation};

pub const Writer = struct {
    /// Mirrored: what goes over the end is in one piece.
    base: [*]u8,
    size: u32,
    at: u32 = 0,
    /// What the other side sees of `at`, and its own place.
    head: *Word,
    tail: *const Word,

    pub fn room(self: *const Writer) Violation!u32 {
        const used = self.at -% self.tail.value.load(.seq_cst);
        dawdle();
        return if (used > self.size) error.Violation else self.size - used;
    }

    /// Writes what there is room for; `publish` shows it to the other side.
    pub fn write(self: *Writer, bytes: []const u8) Violation!usize {
        const length = @min(bytes.len, try self.room());
        @memcpy(self.base[self.at & (self.size - 1) ..][0..length], bytes[0..length]);
        self.at +%= @intCast(length);
        return length;
    }

    pub fn publish(self: *Writer) void {
        self.head.value.store(self.at, .seq_cst);
        dawdle();
    }

    /// Whether the other side has taken everything that was published.
    pub fn isTaken(self: *const Writer) bool {
        return self.tail.value.load(.seq_cst) == self.at;
    }
};

pub const Reader = struct {
    base: [*]const u8,
    size: u32,
    at: u32 = 0,
    head: *const Word,
    tail: *Word,

    pub fn available(self: *const Reader) Violation!u32 {
        const length = self.head.value.load(.seq_cst) -% self.at;
        dawdle();
        return if (length > self.size) error.Violation else length;
    }

    /// Copies words that lie ahead, each read once: what was copied is what is looked at from then on. The caller has seen
    /// that they are there.
    pub fn peekWords(self: *const Reader, words: []u32) void {
        const source: [*]const volatile u32 = @ptrCast(@alignCast(self.base + (self.at & (self.size - 1))));
        for (words, 0..) |*word, i| word.* = source[i];
    }

    /// Bytes ahead, to be copied once. The caller has seen that they are there.
    pub fn peek(self: *const Reader, skipped: u32, length: usize) []const u8 {
        return self.base[(self.at +% skipped) & (self.size - 1) ..][0..length];
    }

    /// Goes on; `publish` gives the room to the other side.
    pub fn skip(self: *Reader, length: u32) void {
        self.at +%= length;
    }

    pub fn publish(self: *Reader) void {
        self.tail.value.store(self.at, .seq_cst);
        dawdle();
    }
};

test "what is written is read, over the end too, and a place that cannot be is found out" {
    const size = 64;
    var memory: [2 * size]u8 align(8) = undefined;
    var head: Word = .{};
    var tail: Word = .{};
    var writer: Writer = .{ .base = &memory, .size = size, .head = &head, .tail = &tail };
    var reader: Reader = .{ .base = &memory, .size = size, .head = &head, .tail = &tail };
    writer.at = std.math.maxInt(u32) - 7;
    reader.at = writer.at;
    writer.publish();
    reader.publish();
    try std.testing.expectEqual(8, try writer.write("12345678"));
    try std.testing.expectEqual(0, try reader.available());
    writer.publish();
    try std.testing.expectEqual(8, try reader.available());
    try std.testing.expectEqualStrings("5678", reader.peek(4, 4));
    var word: [1]u32 = undefined;
    reader.peekWords(&word);
    try std.testing.expectEqual(std.mem.readInt(u32, "1234", .little), word[0]);
    reader.skip(8);
    const long: [100]u8 = @splat('x');
    try std.testing.expectEqual(56, try writer.write(&long));
    try std.testing.expect(!writer.isTaken());
    reader.publish();
    try std.testing.expectEqual(8, try writer.room());
    head.value.store(reader.at +% size +% 1, .seq_cst);
    try std.testing.expectError(error.Violation, reader.available());
    tail.value.store(writer.at +% 1, .seq_cst);
    try std.testing.expectError(error.Violation, writer.room());
}
