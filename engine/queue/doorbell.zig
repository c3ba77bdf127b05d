//! Wakes the host: one byte on a socketpair, for any number of records. The host's end belongs to the host.
const std = @import("std");
const socket = @import("../system/socket.zig");

pub const Doorbell = struct {
    /// The engine's end.
    fd: socket.Fd = socket.none,
    armed: std.atomic.Value(bool) = std.atomic.Value(bool).init(false),
    rung: std.atomic.Value(u64) = std.atomic.Value(u64).init(0),
    /// Called instead: the records' way to the host is another.
    carrier: ?*const fn () void = null,

    /// Returns the host's end.
    pub fn open(self: *Doorbell) error{SystemResources}!socket.Fd {
        const fds = try socket.pair();
        self.fd = fds[1];
        return fds[0];
    }

    pub fn close(self: *Doorbell) void {
        if (self.fd != socket.none) socket.close(self.fd);
        self.fd = socket.none;
    }

    pub fn arm(self: *Doorbell) void {
        self.armed.store(true, .seq_cst);
    }

    pub fn disarm(self: *Doorbell) void {
        self.armed.store(false, .seq_cst);
    }

    /// Rings if somebody armed it.
    pub fn ring(self: *Doorbell) void {
        if (self.carrier) |carry| return carry();
        if (!self.armed.load(.seq_cst) or !self.armed.swap(false, .seq_cst)) return;
        _ = self.rung.fetchAdd(1, .monotonic);
        socket.sendByte(self.fd);
    }
};

test "rings once for each time it was armed" {
    var bell: Doorbell = .{};
    const host = try bell.open();
    defer socket.close(host);
    defer bell.close();
    bell.ring();
    bell.arm();
    bell.ring();
    bell.ring();
    var buffer: [8]u8 = undefined;
    try std.testing.expectEqual(1, socket.drain(host, &buffer));
    try std.testing.expectEqual(0, socket.drain(host, &buffer));
}
