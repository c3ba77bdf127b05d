//! What a process can give up of what the system lets it do, for good. Filters of system calls are in syscall_filter.zig.
const std = @import("std");
const linux = std.os.linux;
const process = @import("process.zig");

/// Nothing stays open from `first` on, whatever was passed on by accident.
pub fn closeFrom(first: i32) void {
    if (linux.errno(linux.close_range(first, std.math.maxInt(i32), .{ .UNSHARE = false, .CLOEXEC = false })) == .SUCCESS) return;
    // Kernels before 5.9.
    const most = (std.posix.getrlimit(.NOFILE) catch return).cur;
    var fd = first;
    while (fd < most) : (fd += 1) _ = linux.close(fd);
}

pub fn closeOne(fd: i32) void {
    _ = linux.close(fd);
}

/// The process ends when the thread that started it does. False: that has happened already.
pub fn endWithParent(parent: process.Pid) bool {
    _ = linux.prctl(@intFromEnum(linux.PR.SET_PDEATHSIG), @intFromEnum(linux.SIG.KILL), 0, 0, 0);
    return linux.getppid() == parent;
}

/// What the process is called.
pub fn name(text: [*:0]const u8) void {
    _ = linux.prctl(@intFromEnum(linux.PR.SET_NAME), @intFromPtr(text), 0, 0, 0);
}

/// Nobody looks into it, and it leaves no core.
pub fn hide() void {
    _ = linux.prctl(@intFromEnum(linux.PR.SET_DUMPABLE), 0, 0, 0, 0);
}

/// No program that it starts has more rights than it has itself.
pub fn refusePrivileges() bool {
    return linux.errno(linux.prctl(@intFromEnum(linux.PR.SET_NO_NEW_PRIVS), 1, 0, 0, 0)) == .SUCCESS;
}

/// Of those the system can end when memory runs out, this first.
pub fn offerToEnd() void {
    const fd: isize = @bitCast(linux.open("/proc/self/oom_score_adj", .{ .ACCMODE = .WRONLY, .CLOEXEC = true }, 0));
    if (fd < 0) return;
    defer _ = linux.close(@intCast(fd));
    _ = linux.write(@intCast(fd), "1000", 4);
}

/// Users, network, shared memory, names and mounts of its own, with nothing in them. Before it has threads.
pub fn leaveNamespaces() bool {
    const mounts = 0x0002_0000;
    const names = 0x0400_0000;
    const shared = 0x0800_0000;
    const users = 0x1000_0000;
    const network = 0x4000_0000;
    if (linux.errno(linux.unshare(users | mounts | names | shared | network)) != .SUCCESS) return false;
    // They begin as copies of the host's.
    const nobodys = "localhost";
    for ([_]linux.SYS{ .sethostname, .setdomainname }) |call| _ = linux.syscall2(call, @intFromPtr(nobodys), nobodys.len);
    return true;
}

/// A process of root's becomes nobody's, unless its host could not end it then. Whether it is root no more.
pub fn leaveRoot() bool {
    if (linux.geteuid() != 0) return true;
    if (!mayEndOthers()) return false;
    const nobody = 65534;
    _ = linux.setgroups(0, @ptrFromInt(8));
    _ = linux.setresgid(nobody, nobody, nobody);
    return linux.errno(linux.setresuid(nobody, nobody, nobody)) == .SUCCESS;
}

const CapabilityHeader = extern struct { version: u32 = 0x2008_0522, pid: i32 = 0 };

/// Whether it may signal processes of whomever, as its host then may: root need not.
fn mayEndOthers() bool {
    const header: CapabilityHeader = .{};
    var held: [6]u32 = @splat(0);
    const may_kill = 1 << 5;
    return linux.errno(linux.syscall2(.capget, @intFromPtr(&header), @intFromPtr(&held))) == .SUCCESS and held[0] & may_kill != 0;
}

/// What root may do is taken from it.
pub fn dropCapabilities() bool {
    const header: CapabilityHeader = .{};
    const none: [6]u32 = @splat(0);
    return linux.errno(linux.syscall2(.capset, @intFromPtr(&header), @intFromPtr(&none))) == .SUCCESS;
}

/// What the system counts for it has these ends.
pub fn limitResources(descriptors_max: u64) void {
    const nothing = [_]linux.rlimit_resource{ .CORE, .FSIZE, .MEMLOCK, .LOCKS, .MSGQUEUE };
    for (nothing) |resource| _ = linux.setrlimit(resource, &.{ .cur = 0, .max = 0 });
    _ = linux.setrlimit(.NOFILE, &.{ .cur = descriptors_max, .max = descriptors_max });
}

/// Of its user, in its namespace.
pub fn limitThreads(threads_max: u64) void {
    _ = linux.setrlimit(.NPROC, &.{ .cur = threads_max, .max = threads_max });
}

const landlock_create_ruleset: usize = 444;
const landlock_restrict_self: usize = 446;

/// The version of landlock that the kernel has; 0: none.
pub fn landlockVersion() u32 {
    const ask_version = 1;
    const version: isize = @bitCast(call3(landlock_create_ruleset, 0, 0, ask_version));
    return if (version < 1) 0 else @intCast(version);
}

/// No file, no connection, no signal to others, by landlock. For the calling thread and those that it starts.
pub fn restrictByLandlock() bool {
    const version = landlockVersion();
    if (version == 0) return false;
    const rules: extern struct { files: u64, network: u64, scopes: u64 } = .{
        // Every right that the version knows.
        .files = if (version >= 5) 0xffff else if (version >= 3) 0x7fff else if (version == 2) 0x3fff else 0x1fff,
        .network = if (version >= 4) 3 else 0,
        .scopes = if (version >= 6) 3 else 0,
    };
    const size: usize = if (version >= 6) 24 else if (version >= 4) 16 else 8;
    const fd: isize = @bitCast(call3(landlock_create_ruleset, @intFromPtr(&rules), size, 0));
    if (fd < 0) return false;
    defer _ = linux.close(@intCast(fd));
    return linux.errno(call3(landlock_restrict_self, @intCast(fd), 0, 0)) == .SUCCESS;
}

fn call3(number: usize, a: usize, b: usize, c: usize) usize {
    return linux.syscall3(@enumFromInt(number), a, b, c);
}
