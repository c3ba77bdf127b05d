//! Threads of the system: pthreads, because V8 and bun:ffi are.
const std = @import("std");
const linux = std.os.linux;

pub const Id = std.c.pthread_t;
pub const Main = *const fn (?*anyopaque) callconv(.c) ?*anyopaque;

extern "c" fn pthread_sigmask(how: c_int, set: *const SignalSet, old: ?*SignalSet) c_int;
extern "c" fn sched_getcpu() c_int;
const SignalSet = [16]u64;

/// Where the library is the program, its thread-local data (a quarter of a megabyte) lie in each thread's stack: with less than that
/// no thread starts.
const thread_data_bytes = 512 * 1024;

/// Starts a thread that takes none of the host's signals.
pub fn spawn(stack_bytes: usize, main: Main, argument: ?*anyopaque) error{SystemResources}!Id {
    var attributes: std.c.pthread_attr_t = undefined;
    if (std.c.pthread_attr_init(&attributes) != .SUCCESS) return error.SystemResources;
    defer _ = std.c.pthread_attr_destroy(&attributes);
    _ = std.c.pthread_attr_setstacksize(&attributes, stack_bytes + thread_data_bytes);

    // Faults stay deliverable; everything else is the host's.
    var blocked: SignalSet = @splat(0);
    blocked[0] = ~@as(u64, 0);
    inline for (.{ "SEGV", "BUS", "ILL", "TRAP", "FPE", "ABRT", "URG" }) |name| {
        blocked[0] &= ~(@as(u64, 1) << (@intFromEnum(@field(linux.SIG, name)) - 1));
    }
    var before: SignalSet = undefined;
    const set_mask = 2;
    _ = pthread_sigmask(set_mask, &blocked, &before);
    defer _ = pthread_sigmask(set_mask, &before, null);
    var id: Id = undefined;
    if (std.c.pthread_create(&id, &attributes, main, argument) != .SUCCESS) return error.SystemResources;
    return id;
}

pub fn join(id: Id) void {
    _ = std.c.pthread_join(id, null);
}

pub fn current() Id {
    return std.c.pthread_self();
}

/// What the system knows the calling thread by. Never 0.
pub fn currentTask() i32 {
    return linux.gettid();
}

/// The processor that the calling thread runs on. A few nanoseconds (rseq).
pub fn currentCpu() u32 {
    return @intCast(@max(sched_getcpu(), 0));
}

const sched_idle = 5;

/// The thread gets processor time only when no other one wants it.
pub fn demote(task: i32) void {
    if (makeIdle(task)) return;
    _ = linux.tgkill(linux.getpid(), task, .URG);
}

fn makeIdle(task: i32) bool {
    const parameters: extern struct { priority: c_int = 0 } = .{};
    return linux.errno(linux.syscall3(.sched_setscheduler, @intCast(task), sched_idle, @intFromPtr(&parameters))) == .SUCCESS;
}

/// For a process in which threads may change nothing but themselves: each hears that it is to.
pub fn letBeDemoted() void {
    const action: linux.Sigaction = .{ .handler = .{ .handler = makeCallerIdle }, .mask = linux.sigemptyset(), .flags = linux.SA.RESTART };
    _ = linux.sigaction(.URG, &action, null);
}

fn makeCallerIdle(_: linux.SIG) callconv(.c) void {
    _ = makeIdle(0);
}

pub fn isDemoted() bool {
    return linux.syscall1(.sched_getscheduler, 0) == sched_idle;
}

/// The calling thread's sleeps end when they should: timer slack would make each 50 us late.
pub fn sleepPrecisely() void {
    _ = linux.prctl(@intFromEnum(linux.PR.SET_TIMERSLACK), 1, 0, 0, 0);
}
