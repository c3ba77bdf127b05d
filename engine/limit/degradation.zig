//! When a host should hear that its process has lost so much that it had better be replaced.
const std = @import("std");

const mib: u64 = 1024 * 1024;

/// Again at each doubling.
pub const Degradation = struct {
    /// Memory that isolates left behind which died inside V8.
    leaked_next: u64 = 256 * mib,
    /// Turns that do not stop.
    running_next: u64 = 32,

    /// Whether one of the two has reached its next bound.
    pub fn reached(self: *Degradation, leaked_bytes: u64, running: u64) bool {
        if (leaked_bytes < self.leaked_next and running < self.running_next) return false;
        while (self.leaked_next <= leaked_bytes) self.leaked_next *= 2;
        while (self.running_next <= running) self.running_next *= 2;
        return true;
    }
};

test "the host hears at each doubling, once" {
    var degradation: Degradation = .{};
    try std.testing.expect(!degradation.reached(255 * mib, 31));
    try std.testing.expect(degradation.reached(256 * mib, 0));
    try std.testing.expect(!degradation.reached(511 * mib, 0));
    try std.testing.expect(degradation.reached(512 * mib, 0));
    try std.testing.expect(degradation.reached(0, 100));
    try std.testing.expect(!degradation.reached(0, 100));
}
