//! Processes of ours: how they start, how they end, and what a new one makes of what it was given.
const std = @import("std");
const linux = std.os.linux;
const socket = @import("socket.zig");

pub const Pid = i32;

/// What a process has open when it starts, besides nothing.
pub const memory_fd: socket.Fd = 3;
pub const bell_fd: socket.Fd = 4;
const first_free_fd = 5;

/// A program that stays what it is when its file is replaced.
pub const Program = struct {
    fd: socket.Fd,

    /// The file at `path`; null if it cannot be executed: `bun build --compile` puts the library into one that only can be read.
    pub fn open(path: [*:0]const u8) ?Program {
        const executable = 1;
        if (linux.errno(linux.access(path, executable)) != .SUCCESS) return null;
        const fd: isize = @bitCast(linux.open(path, .{ .CLOEXEC = true }, 0));
        return if (fd < 0) null else .{ .fd = @intCast(fd) };
    }

    /// The same from memory, which is copied.
    pub fn fromBytes(bytes: []const u8) ?Program {
        const executable = 0x10;
        const allow_sealing = 2;
        // Kernels before 6.3 know no other kind than executable ones.
        for ([_]u32{ executable, 0 }) |kind| {
            const fd: isize = @bitCast(linux.memfd_create("network-runtime", linux.MFD.CLOEXEC | allow_sealing | kind));
            if (fd < 0) continue;
            const program: Program = .{ .fd = @intCast(fd) };
            if (program.fill(bytes)) return program;
            socket.close(program.fd);
        }
        return null;
    }

    fn fill(self: Program, bytes: []const u8) bool {
        var done: usize = 0;
        while (done < bytes.len) {
            const written: isize = @bitCast(linux.write(self.fd, bytes.ptr + done, bytes.len - done));
            if (written <= 0) return false;
            done += @intCast(written);
        }
        const add_seals = 1033;
        const all_seals = 0xf;
        return std.c.fcntl(self.fd, add_seals, @as(c_int, all_seals)) == 0;
    }
};

pub const SpawnError = error{ NoProcess, NoDescriptor, NoMemory, NoProgram };

const SpawnActions = extern struct { space: [80]u8 align(8) = undefined };
const SpawnAttributes = extern struct { space: [336]u8 align(8) = undefined };
const SignalSet = [16]u64;
const set_signal_defaults = 0x04;
const set_signal_mask = 0x08;

extern "c" fn posix_spawn(pid: *Pid, path: [*:0]const u8, actions: *const SpawnActions, attributes: *const SpawnAttributes, argv: [*:null]const ?[*:0]const u8, envp: [*:null]const ?[*:0]const u8) c_int;
extern "c" fn posix_spawn_file_actions_init(actions: *SpawnActions) c_int;
extern "c" fn posix_spawn_file_actions_destroy(actions: *SpawnActions) c_int;
extern "c" fn posix_spawn_file_actions_adddup2(actions: *SpawnActions, from: c_int, to: c_int) c_int;
extern "c" fn posix_spawn_file_actions_addopen(actions: *SpawnActions, fd: c_int, path: [*:0]const u8, flags: c_int, mode: c_uint) c_int;
extern "c" fn posix_spawnattr_init(attributes: *SpawnAttributes) c_int;
extern "c" fn posix_spawnattr_destroy(attributes: *SpawnAttributes) c_int;
extern "c" fn posix_spawnattr_setflags(attributes: *SpawnAttributes, flags: c_short) c_int;
extern "c" fn posix_spawnattr_setsigmask(attributes: *SpawnAttributes, mask: *const SignalSet) c_int;
extern "c" fn posix_spawnattr_setsigdefault(attributes: *SpawnAttributes, defaults: *const SignalSet) c_int;

/// Starts the program with an empty environment and these two descriptors. It ends with the calling thread.
pub fn spawn(program: Program, memory: socket.Fd, bell: socket.Fd) SpawnError!Pid {
    // From beyond the numbers that they are to have, so that none is overwritten by another.
    const high_memory = try raise(memory);
    defer socket.close(high_memory);
    const high_bell = try raise(bell);
    defer socket.close(high_bell);
    var actions: SpawnActions = .{};
    if (posix_spawn_file_actions_init(&actions) != 0) return error.NoMemory;
    defer _ = posix_spawn_file_actions_destroy(&actions);
    const read_write = 2;
    for (0..3) |fd| if (posix_spawn_file_actions_addopen(&actions, @intCast(fd), "/dev/null", read_write, 0) != 0) return error.NoMemory;
    if (posix_spawn_file_actions_adddup2(&actions, high_memory, memory_fd) != 0) return error.NoMemory;
    if (posix_spawn_file_actions_adddup2(&actions, high_bell, bell_fd) != 0) return error.NoMemory;
    var attributes: SpawnAttributes = .{};
    if (posix_spawnattr_init(&attributes) != 0) return error.NoMemory;
    defer _ = posix_spawnattr_destroy(&attributes);
    const none: SignalSet = @splat(0);
    const all: SignalSet = @splat(std.math.maxInt(u64));
    _ = posix_spawnattr_setflags(&attributes, set_signal_defaults | set_signal_mask);
    _ = posix_spawnattr_setsigmask(&attributes, &none);
    _ = posix_spawnattr_setsigdefault(&attributes, &all);
    var buffer: [48]u8 = undefined;
    const path = std.fmt.bufPrintZ(&buffer, "/proc/self/fd/{d}", .{program.fd}) catch unreachable;
    const argv = [_:null]?[*:0]const u8{"network-runtime"};
    const envp = [_:null]?[*:0]const u8{};
    var pid: Pid = 0;
    const status = posix_spawn(&pid, path, &actions, &attributes, &argv, &envp);
    return switch (@as(linux.E, @enumFromInt(status))) {
        .SUCCESS => pid,
        .NOMEM => error.NoMemory,
        .MFILE, .NFILE => error.NoDescriptor,
        .AGAIN => error.NoProcess,
        else => error.NoProgram,
    };
}

fn raise(fd: socket.Fd) error{NoDescriptor}!socket.Fd {
    const duplicate_above = 1030;
    const raised = std.c.fcntl(fd, duplicate_above, @as(c_int, first_free_fd));
    return if (raised < 0) error.NoDescriptor else raised;
}

/// A name of the process that is never another's.
pub fn watch(pid: Pid) ?socket.Fd {
    const fd: isize = @bitCast(linux.pidfd_open(pid, 0));
    return if (fd < 0) null else @intCast(fd);
}

pub fn kill(pidfd: socket.Fd) void {
    _ = linux.pidfd_send_signal(pidfd, .KILL, null, 0);
}

/// A process that there is no name for.
pub fn abandon(pid: Pid) void {
    _ = linux.kill(pid, .KILL);
    var status: u32 = 0;
    _ = linux.waitpid(pid, &status, 0);
}

/// How a process ended.
pub const Ending = union(enum) {
    exited: u8,
    signalled: u8,
    /// Somebody else has asked the system before.
    unknown,
};

/// What became of it; null: it runs.
pub fn ending(pidfd: socket.Fd) ?Ending {
    const by_pidfd = 3;
    const no_hang = 1;
    const exited = 4;
    // si_code and si_status lie at the same places on every Linux.
    var info: [32]i32 align(8) = @splat(0);
    const status = linux.syscall5(.waitid, by_pidfd, @intCast(pidfd), @intFromPtr(&info), no_hang | exited, 0);
    if (linux.errno(status) != .SUCCESS) return .unknown;
    if (info[0] == 0) return null;
    const code = info[2];
    const value: u8 = @truncate(@as(u32, @bitCast(info[6])));
    return if (code == 1) .{ .exited = value } else .{ .signalled = value };
}

pub fn current() Pid {
    return linux.getpid();
}

/// Memory of its own that the process has, in bytes, and its threads. Null: it is gone, or nobody says.
pub const Use = struct { private_bytes: u64, threads: u32 };
pub fn use(pid: Pid) ?Use {
    var path: [40]u8 = undefined;
    var buffer: [512]u8 = undefined;
    const stat = readFile(std.fmt.bufPrintZ(&path, "/proc/{d}/stat", .{pid}) catch return null, &buffer) orelse return null;
    // The name in brackets may contain anything.
    const name_end = std.mem.lastIndexOfScalar(u8, stat, ')') orelse return null;
    var fields = std.mem.tokenizeScalar(u8, stat[name_end + 1 ..], ' ');
    const threads_field = 17;
    for (0..threads_field) |_| _ = fields.next() orelse return null;
    const threads = std.fmt.parseInt(u32, fields.next() orelse return null, 10) catch return null;
    const pages = readFile(std.fmt.bufPrintZ(&path, "/proc/{d}/statm", .{pid}) catch return null, &buffer) orelse return null;
    var numbers = std.mem.tokenizeScalar(u8, pages, ' ');
    _ = numbers.next() orelse return null;
    const resident = std.fmt.parseInt(u64, numbers.next() orelse return null, 10) catch return null;
    const shared = std.fmt.parseInt(u64, numbers.next() orelse return null, 10) catch return null;
    return .{ .private_bytes = (resident -| shared) * std.heap.page_size_min, .threads = threads };
}

/// What the system itself says of another process: whether its filter is on, and that it can gain no privileges.
pub fn isLockedDown(pid: Pid) ?bool {
    var path: [40]u8 = undefined;
    var buffer: [4096]u8 = undefined;
    const status = readFile(std.fmt.bufPrintZ(&path, "/proc/{d}/status", .{pid}) catch return null, &buffer) orelse return null;
    return std.mem.indexOf(u8, status, "\nSeccomp:\t2\n") != null and std.mem.indexOf(u8, status, "\nNoNewPrivs:\t1\n") != null;
}

/// The beginning of a file that the system makes up.
pub fn readFile(path: [*:0]const u8, buffer: []u8) ?[]const u8 {
    const fd: isize = @bitCast(linux.open(path, .{ .CLOEXEC = true }, 0));
    if (fd < 0) return null;
    defer socket.close(@intCast(fd));
    const length: isize = @bitCast(linux.read(@intCast(fd), buffer.ptr, buffer.len));
    return if (length > 0) buffer[0..@intCast(length)] else null;
}

test "a process that ended is told of once, and its name is nobody else's" {
    const pid: isize = @bitCast(linux.fork());
    if (pid == 0) linux.exit_group(7);
    const pidfd = watch(@intCast(pid)).?;
    defer socket.close(pidfd);
    var polled: [1]linux.pollfd = .{.{ .fd = pidfd, .events = linux.POLL.IN, .revents = 0 }};
    _ = linux.poll(&polled, 1, -1);
    try std.testing.expectEqual(Ending{ .exited = 7 }, ending(pidfd).?);
    try std.testing.expectEqual(Ending.unknown, ending(pidfd).?);
    kill(pidfd);
}

test "the system says what a process uses" {
    const used = use(current()).?;
    try std.testing.expect(used.threads >= 1);
    try std.testing.expect(used.private_bytes > 0);
    try std.testing.expectEqual(false, isLockedDown(current()).?);
}
