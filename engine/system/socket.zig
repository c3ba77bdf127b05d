//! Two connected ends, for bytes that say nothing but that they came.
const std = @import("std");
const linux = std.os.linux;

pub const Fd = std.c.fd_t;
pub const none: Fd = -1;

/// Neither end ever blocks.
pub fn pair() error{SystemResources}![2]Fd {
    var fds: [2]Fd = undefined;
    const kind = linux.SOCK.STREAM | linux.SOCK.CLOEXEC | linux.SOCK.NONBLOCK;
    if (std.c.socketpair(linux.AF.UNIX, kind, 0, &fds) != 0) return error.SystemResources;
    return fds;
}

/// A full or closed socket is not an error: a byte is there already, or nobody listens.
pub fn sendByte(fd: Fd) void {
    _ = std.c.send(fd, "!", 1, linux.MSG.NOSIGNAL | linux.MSG.DONTWAIT);
}

/// How many bytes were there, of `buffer.len` at most.
pub fn drain(fd: Fd, buffer: []u8) usize {
    return @intCast(@max(std.c.read(fd, buffer.ptr, buffer.len), 0));
}

pub fn close(fd: Fd) void {
    _ = std.c.close(fd);
}
