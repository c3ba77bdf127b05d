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
const set_timer_slack = 29;
const set_name = 15;
const name_mapping = 0x5356_4d41; // PR_SET_VMA

/// The first half is asked for most.
const plain = [_]linux.SYS{
    .futex,             .sched_yield,  .madvise,      .munmap,         .clock_gettime, .gettid,
    .rt_sigprocmask,    .getpid,       .getrandom,    .getcpu,         .ppoll,         .poll,
    .clock_nanosleep,   .nanosleep,    .mremap,       .brk,            .mincore,       .exit,
    .exit_group,        .rt_sigreturn, .rt_sigaction, .sigaltstack,    .rseq,          .set_robust_list,
    .restart_syscall,   .gettimeofday, .clock_getres, .sched_getparam, .uname,         .sched_getscheduler,
    .sched_getaffinity,
};

/// Libraries ask for these and do without: ICU for the time zone, malloc and glibc for the machine.
const refused = [_]struct { linux.SYS, linux.E }{
    .{ .clone3, .NOSYS },    .{ .open, .ACCES },     .{ .openat, .ACCES },    .{ .readlink, .NOENT },
    .{ .fstatat64, .NOENT }, .{ .access, .NOENT },   .{ .faccessat, .NOENT }, .{ .stat, .NOENT },
    .{ .ioctl, .NOTTY },     .{ .write, .BADF },     .{ .read, .BADF },       .{ .close, .BADF },
    .{ .sysinfo, .PERM },    .{ .getrusage, .PERM }, .{ .fstat, .BADF },      .{ .lseek, .BADF },
    .{ .writev, .BADF },     .{ .fcntl, .BADF },
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
        // A byte, and to nobody else.
        .{ .argument = 2, .value = 1, .is_whole = true },
        .{ .argument = 4, .value = 0, .is_whole = true },
    };
    const of_alarm = [_]Check{.{ .argument = 0, .value = alarm }};
    const map = [_]Check{ .{ .argument = 3, .mask = anonymous, .value = anonymous }, no_code };
    const protect = [_]Check{no_code};
    const thread = [_]Check{.{ .argument = 0, .value = thread_flags, .is_whole = true }};
    const own = [_]Check{.{ .argument = 0, .value = @intCast(needs.pid) }};
    const demote = [_]Check{.{ .argument = 1, .value = sched_idle }};
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
    for (plain) |call| list.appendAssumeCapacity(.{ .allowed = call });
    for ([_]struct { linux.SYS, []const Check }{
        .{ .sendto, &ring },         .{ .write, &of_alarm },        .{ .read, &of_alarm },     .{ .mmap, &map },
        .{ .mprotect, &protect },    .{ .pkey_mprotect, &protect }, .{ .clone, &thread },      .{ .tgkill, &own },
        .{ .prctl, &name },          .{ .prctl, &slack },           .{ .prctl, &name_memory }, .{ .sched_setscheduler, &demote },
        .{ .prlimit64, &ask_limit },
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
