//! Bytes for a child that there was no room for, in order.
const std = @import("std");

const allocator = std.heap.c_allocator;

pub const Backlog = struct {
    pieces: std.Deque([]u8) = .empty,
    /// What of the first has gone.
    gone: usize = 0,

    pub fn isEmpty(self: *const Backlog) bool {
        return self.pieces.len == 0;
    }

    /// All of the parts but the first `skipped` bytes.
    pub fn add(self: *Backlog, parts: []const []const u8, skipped: usize) error{OutOfMemory}!void {
        var size: usize = 0;
        for (parts) |part| size += part.len;
        const piece = try allocator.alloc(u8, size - skipped);
        errdefer allocator.free(piece);
        var at: usize = 0;
        var left = skipped;
        for (parts) |part| {
            const begin = @min(left, part.len);
            left -= begin;
            @memcpy(piece[at..][0 .. part.len - begin], part[begin..]);
            at += part.len - begin;
        }
        try self.pieces.pushBack(allocator, piece);
    }

    /// What goes next. There is some.
    pub fn front(self: *const Backlog) []const u8 {
        return self.pieces.front().?[self.gone..];
    }

    pub fn drop(self: *Backlog, bytes: usize) void {
        self.gone += bytes;
        const first = self.pieces.front().?;
        if (self.gone < first.len) return;
        allocator.free(first);
        _ = self.pieces.popFront();
        self.gone = 0;
    }

    pub fn deinit(self: *Backlog) void {
        while (self.pieces.popFront()) |piece| allocator.free(piece);
        self.pieces.deinit(allocator);
    }
};

test "bytes come out in order, without those that had gone before" {
    var backlog: Backlog = .{};
    defer backlog.deinit();
    try backlog.add(&.{ "head", "payload", "" }, 6);
    try backlog.add(&.{"next"}, 0);
    try std.testing.expectEqualStrings("yload", backlog.front());
    backlog.drop(2);
    try std.testing.expectEqualStrings("oad", backlog.front());
    backlog.drop(3);
    try std.testing.expectEqualStrings("next", backlog.front());
    backlog.drop(4);
    try std.testing.expect(backlog.isEmpty());
}
