//! The system calls that V8 and our own threads need once they run; docs/security.md has them as a table.
const std = @import("std");
const linux = std.os.linux;
const syscall_filter = @import("syscall_filter.zig");
const Check = syscall_filter.Check;
const Filter = syscall_filter.Filter;
const Rule = syscall_filter.Rule;
const process = @import("process.zig");
const socket = @import("socket.zig");

const execute = 4; // PROT_EXEC
const anonymous = 0x20; // MAP_ANONYMOUS
/// What glibc starts a thread with, exactly: CLONE_VM, FS, FILES, SIGHAND, THREAD, SYSVSEM, SETTLS, PARENT_SETTID, CHILD_CLEARTID.
const thread_flags = 0x003d_0f00;
const sched_idle = 5;
/// What socket.sendByte sends with: MSG_NOSIGNAL and MSG_DONTWAIT.
const ring_flags = 0x4040;
/// What is left of an operation on a futex without FUTEX_PRIVATE_FLAG and FUTEX_CLOCK_REALTIME.
const futex_operation = ~@as(u32, 128 | 256);
const set_timer_slack = 29;
const set_name = 15;
const futex_wait = 0;
const futex_wake = 1;
const futex_wait_bitset = 9;
const futex_wake_bitset = 10;
const name_mapping = 0x5356_4d41; // PR_SET_VMA

/// The first ones are asked for most.
const plain = [_]linux.SYS{
    .sched_yield, .madvise, .munmap,          .gettid,          .rt_sigprocmask, .getpid,
    .getrandom,   .getcpu,  .ppoll,           .poll,            .nanosleep,      .mremap,
    .brk,         .mincore, .exit,            .exit_group,      .rt_sigreturn,   .rt_sigaction,
    .sigaltstack, .rseq,    .set_robust_list, .restart_syscall, .gettimeofday,   .uname,
};

/// Libraries ask for these and do without: ICU for the time zone, malloc and glibc for the machine.
const refused = [_]struct { linux.SYS, linux.E }{
    .{ .clone3, .NOSYS },               .{ .open, .ACCES },                .{ .openat, .ACCES },            .{ .readlink, .NOENT },
    .{ .fstatat64, .NOENT },            .{ .access, .NOENT },              .{ .faccessat, .NOENT },         .{ .stat, .NOENT },
    .{ .ioctl, .NOTTY },                .{ .write, .BADF },                .{ .read, .BADF },               .{ .close, .BADF },
    .{ .sysinfo, .PERM },               .{ .getrusage, .PERM },            .{ .fstat, .BADF },              .{ .lseek, .BADF },
    .{ .writev, .BADF },                .{ .fcntl, .BADF },                .{ .sched_setscheduler, .PERM },
    // Of other threads of its own, whose numbers nobody knows here. "Success" leaves what glibc has assumed.
    .{ .sched_getparam, .SUCCESS },
    .{ .sched_getscheduler, .SUCCESS }, .{ .sched_getaffinity, .SUCCESS },
};

/// What a process needs that has one bell, for the host, and one alarm, for itself.
pub const Needs = struct {
    bell: socket.Fd,
    alarm: socket.Fd,
    pid: process.Pid,
    /// Whether it makes code.
    has_jit: bool,
};

pub fn filter(needs: Needs) Filter {
    const bell: u32 = @intCast(needs.bell);
    const alarm: u32 = @intCast(needs.alarm);
    const no_code: Check = .{ .argument = 2, .mask = if (needs.has_jit) 0 else execute, .value = 0 };
    const ring = [_]Check{
        .{ .argument = 0, .value = bell },
        // A byte, and to nobody else. What other flags do is the host's kernel's business, not a child's.
        .{ .argument = 2, .value = 1, .is_whole = true },
        .{ .argument = 3, .value = ring_flags },
        .{ .argument = 4, .value = 0, .is_whole = true },
    };
    const of_alarm = [_]Check{.{ .argument = 0, .value = alarm }};
    const map = [_]Check{ .{ .argument = 3, .mask = anonymous, .value = anonymous }, no_code };
    const protect = [_]Check{no_code};
    const thread = [_]Check{.{ .argument = 0, .value = thread_flags, .is_whole = true }};
    const own = [_]Check{.{ .argument = 0, .value = @intCast(needs.pid) }};
    // A number of another process would do to it, or tell of it, what it does to a thread of this one.
    const of_caller = [_]Check{.{ .argument = 0, .value = 0 }};
    const demote = of_caller ++ [_]Check{.{ .argument = 1, .value = sched_idle }};
    // Clocks of the system's, and of threads, which the kernel gives to their own process only: not those of processes.
    const clock_of_system = [_]Check{.{ .argument = 0, .mask = 0x8000_0000, .value = 0 }};
    const clock_of_thread = [_]Check{.{ .argument = 0, .mask = 4, .value = 4 }};
    const name = [_]Check{.{ .argument = 0, .value = set_name }};
    const slack = [_]Check{.{ .argument = 0, .value = set_timer_slack }};
    const name_memory = [_]Check{.{ .argument = 0, .value = name_mapping }};
    // Asks for a limit and sets none.
    const ask_limit = [_]Check{
        .{ .argument = 0, .value = 0 },
        .{ .argument = 2, .value = 0, .is_whole = true },
    };
    var rules: [rules_max]Rule = undefined;
    var list: std.ArrayList(Rule) = .initBuffer(&rules);
    // Waiting and waking, which are asked for most. What lends priority to the owner of a lock looks up whoever that is.
    const futex_operations = [_]u32{ futex_wait, futex_wake, futex_wait_bitset, futex_wake_bitset };
    var futex_checks: [futex_operations.len][1]Check = undefined;
    for (futex_operations, &futex_checks) |operation, *checks| {
        checks.* = .{.{ .argument = 1, .mask = futex_operation, .value = operation }};
        list.appendAssumeCapacity(.{ .checked = .{ .call = .futex, .checks = checks } });
    }
    for ([_]linux.SYS{ .clock_gettime, .clock_nanosleep, .clock_getres }) |call| {
        for ([_][]const Check{ &clock_of_system, &clock_of_thread }) |checks| {
            list.appendAssumeCapacity(.{ .checked = .{ .call = call, .checks = checks } });
        }
    }
    for (plain) |call| list.appendAssumeCapacity(.{ .allowed = call });
    for ([_]struct { linux.SYS, []const Check }{
        .{ .sendto, &ring },         .{ .write, &of_alarm },           .{ .read, &of_alarm },                .{ .mmap, &map },
        .{ .mprotect, &protect },    .{ .pkey_mprotect, &protect },    .{ .clone, &thread },                 .{ .tgkill, &own },
        .{ .prctl, &name },          .{ .prctl, &slack },              .{ .prctl, &name_memory },            .{ .sched_setscheduler, &demote },
        .{ .prlimit64, &ask_limit }, .{ .sched_getparam, &of_caller }, .{ .sched_getscheduler, &of_caller }, .{ .sched_getaffinity, &of_caller },
    }) |rule| list.appendAssumeCapacity(.{ .checked = .{ .call = rule[0], .checks = rule[1] } });
    for (refused) |rule| list.appendAssumeCapacity(.{ .refused = .{ .call = rule[0], .errno = rule[1] } });
    return .make(list.items);
}

const rules_max = 96;

test "the filter fits, and jumps no further than it can" {
    for ([_]bool{ true, false }) |has_jit| {
        const made = filter(.{ .bell = 4, .alarm = 0, .pid = 77, .has_jit = has_jit });
        try std.testing.expect(made.length > 100);
    }
}
