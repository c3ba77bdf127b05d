//! What the system allows the process.
const std = @import("std");
const linux = std.os.linux;

/// Threads that the process's user, or its control group, may have, as it is now.
pub fn threadsMax() u64 {
    const limit = std.posix.getrlimit(.NPROC) catch return controlGroupMax();
    return @min(limit.cur, controlGroupMax());
}

/// A container's own group is the root of what it sees.
fn controlGroupMax() u64 {
    var most: u64 = std.math.maxInt(u64);
    for ([_][*:0]const u8{ "/sys/fs/cgroup/pids.max", "/sys/fs/cgroup/pids/pids.max" }) |path| {
        var buffer: [32]u8 = undefined;
        const text = read(path, &buffer) orelse continue;
        // "max" is no number.
        most = @min(most, std.fmt.parseInt(u64, std.mem.trim(u8, text, " \n"), 10) catch continue);
    }
    return most;
}

fn read(path: [*:0]const u8, buffer: []u8) ?[]const u8 {
    const fd: isize = @bitCast(linux.open(path, .{ .CLOEXEC = true }, 0));
    if (fd < 0) return null;
    defer _ = linux.close(@intCast(fd));
    const length: isize = @bitCast(linux.read(@intCast(fd), buffer.ptr, buffer.len));
    return if (length > 0) buffer[0..@intCast(length)] else null;
}

test "there may be threads" {
    try std.testing.expect(threadsMax() > 1);
}
