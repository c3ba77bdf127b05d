//! Wakes the host: one byte on a socketpair, for any number of records. The host's end belongs to the host.
const std = @import("std");

const linux = std.os.linux;

pub const Doorbell = struct {
    /// The engine's end.
    fd: std.c.fd_t = -1,
    armed: std.atomic.Value(bool) = std.atomic.Value(bool).init(false),
    rung: std.atomic.Value(u64) = std.atomic.Value(u64).init(0),

    /// Returns the host's end.
    pub fn open(self: *Doorbell) error{SystemResources}!std.c.fd_t {
        var fds: [2]std.c.fd_t = undefined;
        const kind = linux.SOCK.STREAM | linux.SOCK.CLOEXEC | linux.SOCK.NONBLOCK;
        if (std.c.socketpair(linux.AF.UNIX, kind, 0, &fds) != 0) return error.SystemResources;
        self.fd = fds[1];
        return fds[0];
    }

    pub fn close(self: *Doorbell) void {
        if (self.fd >= 0) _ = std.c.close(self.fd);
        self.fd = -1;
    }

    pub fn arm(self: *Doorbell) void {
        self.armed.store(true, .seq_cst);
    }

    pub fn disarm(self: *Doorbell) void {
        self.armed.store(false, .seq_cst);
    }

    /// Rings if somebody armed it. A full or closed socket is not an error: a byte is there already, or nobody listens.
    pub fn ring(self: *Doorbell) void {
        if (!self.armed.load(.seq_cst) or !self.armed.swap(false, .seq_cst)) return;
        _ = self.rung.fetchAdd(1, .monotonic);
        _ = std.c.send(self.fd, "!", 1, linux.MSG.NOSIGNAL | linux.MSG.DONTWAIT);
    }
};

test "rings once for each time it was armed" {
    var bell: Doorbell = .{};
    const host = try bell.open();
    defer _ = std.c.close(host);
    defer bell.close();
    bell.ring();
    bell.arm();
    bell.ring();
    bell.ring();
    var buffer: [8]u8 = undefined;
    try std.testing.expectEqual(1, std.c.read(host, &buffer, buffer.len));
    try std.testing.expectEqual(-1, std.c.read(host, &buffer, buffer.len));
}
