//! A word that two processes see. Whoever sleeps on it is woken by the other.
const std = @import("std");
const linux = std.os.linux;

/// On a cache line of its own.
pub const Word = extern struct {
    value: std.atomic.Value(u32) align(64) = .init(0),
    _: [60]u8 = @splat(0),

    /// Sleeps while the word is `expected`, for `ns` nanoseconds at most (null: for ever). May wake without reason.
    pub fn wait(self: *const Word, expected: u32, ns: ?u64) void {
        const left = ns orelse 0;
        const timeout: linux.timespec = .{ .sec = @intCast(left / 1_000_000_000), .nsec = @intCast(left % 1_000_000_000) };
        const until: ?*const linux.timespec = if (ns == null) null else &timeout;
        _ = linux.futex_4arg(&self.value.raw, .{ .cmd = .WAIT, .private = false }, expected, until);
    }

    pub fn wakeAll(self: *Word) void {
        _ = linux.futex_3arg(&self.value.raw, .{ .cmd = .WAKE, .private = false }, std.math.maxInt(i32));
    }

    /// Changes the word and wakes those who sleep on it.
    pub fn bump(self: *Word) void {
        _ = self.value.fetchAdd(1, .seq_cst);
        self.wakeAll();
    }
};

test "a word that has changed is not slept on" {
    var word: Word = .{};
    word.bump();
    word.wait(0, null);
    word.wait(1, 1000);
    try std.testing.expectEqual(1, word.value.load(.monotonic));
}
