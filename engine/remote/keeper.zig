//! One thread for all children: it starts them, as they end with the thread that did, hears of their ends, and looks after
//! those that use more than they may or do not do what they are told.
const std = @import("std");
const cgroup = @import("../system/cgroup.zig");
const library = @import("../system/library.zig");
const remote = @import("remote.zig");
const socket = @import("../system/socket.zig");
const sync = @import("../system/sync.zig");
const system_process = @import("../system/process.zig");
const system_thread = @import("../system/thread.zig");
const time = @import("../system/time.zig");
const watching = @import("watching.zig");
const Alarm = @import("../system/alarm.zig").Alarm;
const Killings = @import("killings.zig").Killings;
const Process = @import("process.zig").Process;

const allocator = std.heap.c_allocator;
const stack_bytes = 256 * 1024;

/// Names that the alarm gives back: a child's handle, or a sandbox's with this.
const of_sandbox: u64 = 1 << 32;

var mutex: sync.Mutex = .{};
var started = false;
var program: ?system_process.Program = null;
var alarm: Alarm = .{};
/// Children to be started, oldest first, each with a reference.
var first_waiting: ?*Process = null;
var last_waiting: ?*Process = null;
/// There was nothing to look after when it last looked.
var dozes: std.atomic.Value(bool) = .init(true);

/// The thread's own: children that it has started and that have not ended, each with a reference.
var kept: std.ArrayList(u32) = .empty;
var killings: Killings = .{};

/// Idempotent.
pub fn start() error{ NoDescriptor, NoThread }!void {
    mutex.lock();
    defer mutex.unlock();
    if (started) return;
    // Closing the library under its thread would crash the process.
    library.keepLoaded(@ptrCast(&start));
    findProgram();
    alarm.open() catch return error.NoDescriptor;
    _ = system_thread.spawn(stack_bytes, main, null) catch return error.NoThread;
    started = true;
}

fn findProgram() void {
    if (program != null) return;
    const path = library.fileOf(@ptrCast(&start)) orelse return;
    program = system_process.Program.open(path);
}

/// What children are of, where the library is no file that the system can execute. Whether it was taken.
pub fn setProgram(bytes: []const u8) bool {
    mutex.lock();
    defer mutex.unlock();
    if (started) return program != null;
    program = system_process.Program.fromBytes(bytes) orelse return false;
    return true;
}

/// Whether there is a file to be executed.
pub fn hasProgram() bool {
    mutex.lock();
    defer mutex.unlock();
    findProgram();
    return program != null;
}

/// The child has a reference that is the keeper's from now on.
pub fn adopt(process: *Process) void {
    _ = remote.processes.acquire(process.handle).?;
    {
        mutex.lock();
        defer mutex.unlock();
        if (last_waiting) |last| last.waiting_next = process else first_waiting = process;
        last_waiting = process;
    }
    alarm.wake();
}

/// There is an isolate to look after.
pub fn noteWork() void {
    if (dozes.load(.seq_cst) and dozes.swap(false, .seq_cst)) alarm.wake();
}

/// Hears when nobody listens to the sandbox's bell any more.
pub fn listen(bell: socket.Fd, sandbox: u32) void {
    alarm.watch(bell, of_sandbox | sandbox);
}

fn main(_: ?*anyopaque) callconv(.c) ?*anyopaque {
    while (true) {
        startWaiting();
        dozes.store(true, .seq_cst);
        const now = time.now();
        const next = watching.look(kept.items, now);
        if (next != time.never) dozes.store(false, .seq_cst);
        var names: [Alarm.hangups_max]u64 = undefined;
        const limit = if (next == time.never) null else next -| now;
        killings.look(cgroup.endedForMemory(), now);
        for (alarm.sleep(limit, &names)) |name| {
            if (name & of_sandbox != 0) orphan(@truncate(name)) else ended(@intCast(name));
        }
    }
}

fn startWaiting() void {
    while (true) {
        const process = blk: {
            mutex.lock();
            defer mutex.unlock();
            const first = first_waiting orelse return;
            first_waiting = first.waiting_next;
            if (first_waiting == null) last_waiting = null;
            break :blk first;
        };
        spawn(process) catch |failure| {
            process.sandbox.noteEnd(process, .{ .not_started = failure }, false);
            letGo(process);
        };
    }
}

fn spawn(process: *Process) system_process.SpawnError!void {
    const sandbox = process.sandbox;
    kept.ensureUnusedCapacity(allocator, 1) catch return error.NoMemory;
    const from = program orelse return error.NoProgram;
    if (isDoomed(process)) return error.NoProgram;
    const pid = try system_process.spawn(from, process.memory_fd, sandbox.bell);
    process.closeMemory();
    const pidfd = system_process.watch(pid) orelse {
        system_process.abandon(pid);
        return error.NoDescriptor;
    };
    if (!alarm.watchProcess(pidfd, process.handle)) {
        system_process.kill(pidfd);
        system_process.abandon(pid);
        socket.close(pidfd);
        return error.NoMemory;
    }
    kept.appendAssumeCapacity(process.handle);
    sandbox.mutex.lock();
    defer sandbox.mutex.unlock();
    process.pid = pid;
    process.pidfd = pidfd;
    // The host has changed its mind meanwhile.
    if (process.cause != .none) system_process.kill(pidfd);
}

fn isDoomed(process: *Process) bool {
    process.sandbox.mutex.lock();
    defer process.sandbox.mutex.unlock();
    return process.isDoomed();
}

fn ended(handle: u32) void {
    for (kept.items, 0..) |each, index| {
        if (each != handle) continue;
        _ = kept.swapRemove(index);
        break;
    } else return;
    const process = remote.processes.acquire(handle).?;
    remote.processes.release(handle);
    const how = system_process.ending(process.pidfd) orelse .unknown;
    process.sandbox.noteEnd(process, .{ .ended = how }, wasOutOfMemory(how));
    letGo(process);
}

fn wasOutOfMemory(how: system_process.Ending) bool {
    const sigkill = 9;
    if (how != .signalled or how.signalled != sigkill) return false;
    killings.look(cgroup.endedForMemory(), time.now());
    return killings.claim();
}

/// The keeper's references: the child's, and the one that the child had of its sandbox.
fn letGo(process: *Process) void {
    const sandbox = process.sandbox.handle;
    remote.processes.release(process.handle);
    remote.sandboxes.release(sandbox);
}

/// Its Bun Worker was terminated.
fn orphan(handle: u32) void {
    const sandbox = remote.sandboxes.acquire(handle) orelse return;
    defer remote.sandboxes.release(handle);
    // A host that shuts its sandbox down closes its end, too.
    if (!sandbox.end()) return;
    _ = @import("opening.zig").release(sandbox);
}
