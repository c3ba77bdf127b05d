//! A sleep that any thread may end, and that hears when the other end of a socket is closed, or a process has ended.
const std = @import("std");
const linux = std.os.linux;

pub const Alarm = struct {
    /// Closed sockets heard of at once; more are heard of at once again.
    pub const hangups_max = 16;

    wake_fd: std.c.fd_t = -1,
    hangup_fd: std.c.fd_t = -1,

    pub fn open(self: *Alarm) error{SystemResources}!void {
        const fd: isize = @bitCast(linux.eventfd(0, linux.EFD.CLOEXEC | linux.EFD.NONBLOCK));
        if (fd < 0) return error.SystemResources;
        self.wake_fd = @intCast(fd);
        const hangup_fd: isize = @bitCast(linux.epoll_create1(linux.EPOLL.CLOEXEC));
        if (hangup_fd < 0) return error.SystemResources;
        self.hangup_fd = @intCast(hangup_fd);
    }

    /// Hears once, by this name, when the other end of the socket is closed, until the socket is. Without memory for that
    /// in the system it goes unheard.
    pub fn watch(self: *Alarm, fd: std.c.fd_t, name: u64) void {
        _ = self.add(fd, linux.EPOLL.ONESHOT, name);
    }

    /// Hears once, by this name, when the process has ended that the descriptor names. Whether the system has memory for it.
    pub fn watchProcess(self: *Alarm, pidfd: std.c.fd_t, name: u64) bool {
        return self.add(pidfd, linux.EPOLL.IN | linux.EPOLL.ONESHOT, name);
    }

    fn add(self: *Alarm, fd: std.c.fd_t, events: u32, name: u64) bool {
        var event: linux.epoll_event = .{ .events = events, .data = .{ .u64 = name } };
        return linux.errno(linux.epoll_ctl(self.hangup_fd, linux.EPOLL.CTL_ADD, fd, &event)) == .SUCCESS;
    }

    /// Any thread. Ends the next sleep if none is under way.
    pub fn wake(self: *Alarm) void {
        const one: u64 = 1;
        _ = std.c.write(self.wake_fd, std.mem.asBytes(&one), 8);
    }

    /// Sleeps for `ns` at most; null: for ever. Returns the names of sockets that were closed.
    pub fn sleep(self: *Alarm, ns: ?u64, names: *[hangups_max]u64) []const u64 {
        var watched: [2]linux.pollfd = .{
            .{ .fd = self.wake_fd, .events = linux.POLL.IN, .revents = 0 },
            .{ .fd = self.hangup_fd, .events = linux.POLL.IN, .revents = 0 },
        };
        const wait = ns orelse 0;
        const timeout: linux.timespec = .{
            .sec = @intCast(wait / 1_000_000_000),
            .nsec = @intCast(wait % 1_000_000_000),
        };
        _ = linux.ppoll(&watched, watched.len, if (ns != null) @constCast(&timeout) else null, null);
        if (watched[0].revents != 0) {
            var drained: u64 = 0;
            _ = std.c.read(self.wake_fd, std.mem.asBytes(&drained), 8);
        }
        return if (watched[1].revents != 0) self.closed(names) else &.{};
    }

    fn closed(self: *Alarm, names: *[hangups_max]u64) []const u64 {
        var events: [hangups_max]linux.epoll_event = undefined;
        const found: isize = @bitCast(linux.epoll_wait(self.hangup_fd, &events, events.len, 0));
        const count: usize = @intCast(@max(found, 0));
        for (events[0..count], names[0..count]) |event, *name| name.* = event.data.u64;
        return names[0..count];
    }
};

test "a wake ends the sleep, also the next one" {
    var alarm: Alarm = .{};
    try alarm.open();
    defer for ([_]std.c.fd_t{ alarm.wake_fd, alarm.hangup_fd }) |fd| {
        _ = std.c.close(fd);
    };
    var names: [Alarm.hangups_max]u64 = undefined;
    alarm.wake();
    try std.testing.expectEqual(0, alarm.sleep(null, &names).len);
    try std.testing.expectEqual(0, alarm.sleep(1000, &names).len);
}
