//! How many pool threads there are in the process. Those that only hold turns which gave way leave most of what the system
//! allows to the host, which has no other way than to end when it gets none.
const std = @import("std");

pub const ThreadCount = struct {
    count: std.atomic.Value(u32) = std.atomic.Value(u32).init(0),
    spare_max: std.atomic.Value(u32) = std.atomic.Value(u32).init(std.math.maxInt(u32)),

    /// The system allows `threads_max` to the process, or to all of its user's.
    pub fn limit(self: *ThreadCount, threads_max: u64) void {
        self.spare_max.store(@intCast(@min(threads_max / 4, std.math.maxInt(u32))), .monotonic);
    }

    /// Whether there may be one more. One that is not spare always may.
    pub fn take(self: *ThreadCount, is_spare: bool) bool {
        const before = self.count.fetchAdd(1, .monotonic);
        if (!is_spare or before < self.spare_max.load(.monotonic)) return true;
        self.giveBack();
        return false;
    }

    pub fn giveBack(self: *ThreadCount) void {
        _ = self.count.fetchSub(1, .monotonic);
    }
};

test "spare threads leave most of them to the host" {
    var threads: ThreadCount = .{};
    threads.limit(8);
    try std.testing.expect(threads.take(true));
    try std.testing.expect(threads.take(false));
    try std.testing.expect(!threads.take(true));
    try std.testing.expect(threads.take(false));
    threads.giveBack();
    threads.giveBack();
    try std.testing.expect(threads.take(true));
}
