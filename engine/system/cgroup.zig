//! What the system says of the control group that this process is in, and its children.
const std = @import("std");
const readFile = @import("process.zig").readFile;

/// How many processes of it the system has ended because memory ran out. Null: it does not say.
pub fn endedForMemory() ?u64 {
    var groups: [4096]u8 = undefined;
    const lines = readFile("/proc/self/cgroup", &groups) orelse return null;
    var path: [1024]u8 = undefined;
    var text: [4096]u8 = undefined;
    for ([_]Hierarchy{ version_1, version_2 }) |hierarchy| {
        const group = groupOf(lines, hierarchy) orelse continue;
        // In a namespace of groups it is the root; in a container without one only that is mounted.
        for ([_][]const u8{ group, "" }) |place| {
            const file = std.fmt.bufPrintZ(&path, "{s}{s}/{s}", .{ hierarchy.mount, place, hierarchy.file }) catch continue;
            const content = readFile(file, &text) orelse continue;
            if (countIn(content)) |count| return count;
        }
    }
    return null;
}

const Hierarchy = struct { controller: []const u8, mount: []const u8, file: []const u8 };
const version_1: Hierarchy = .{ .controller = "memory", .mount = "/sys/fs/cgroup/memory", .file = "memory.oom_control" };
const version_2: Hierarchy = .{ .controller = "", .mount = "/sys/fs/cgroup", .file = "memory.events" };

/// Lines are NUMBER:CONTROLLERS:PATH; version 2 has no controllers there.
fn groupOf(lines: []const u8, hierarchy: Hierarchy) ?[]const u8 {
    var each = std.mem.splitScalar(u8, lines, '\n');
    while (each.next()) |line| {
        var parts = std.mem.splitScalar(u8, line, ':');
        _ = parts.next();
        var controllers = std.mem.splitScalar(u8, parts.next() orelse continue, ',');
        const path = parts.rest();
        while (controllers.next()) |controller| if (std.mem.eql(u8, controller, hierarchy.controller)) return path;
    }
    return null;
}

fn countIn(content: []const u8) ?u64 {
    const name = "oom_kill ";
    var each = std.mem.splitScalar(u8, content, '\n');
    while (each.next()) |line| {
        if (std.mem.startsWith(u8, line, name)) return std.fmt.parseInt(u64, line[name.len..], 10) catch null;
    }
    return null;
}

test "groups of both versions are found, and the count in what they say" {
    const lines = "5:cpu,cpuacct:/a\n4:memory:/api/f9f0\n1:name=systemd:/x:y\n0::/user.slice\n";
    try std.testing.expectEqualStrings("/api/f9f0", groupOf(lines, version_1).?);
    try std.testing.expectEqualStrings("/user.slice", groupOf(lines, version_2).?);
    try std.testing.expectEqual(null, groupOf("0::/", version_1));
    try std.testing.expectEqual(3, countIn("oom_kill_disable 0\nunder_oom 0\noom_kill 3\n").?);
    try std.testing.expectEqual(2, countIn("low 0\noom 5\noom_kill 2\noom_group_kill 0\n").?);
    try std.testing.expectEqual(null, countIn("oom 5\n"));
}
