//! A filter of system calls (seccomp): what is not in the list ends the process, for all of its threads, for good.
const std = @import("std");
const linux = std.os.linux;

const Instruction = extern struct { code: u16, jt: u8 = 0, jf: u8 = 0, k: u32 };

const load_word = 0x20; // BPF_LD | BPF_W | BPF_ABS
const jump_equal = 0x15; // BPF_JMP | BPF_JEQ | BPF_K
const jump_greater_equal = 0x35; // BPF_JMP | BPF_JGE | BPF_K
const keep_bits = 0x54; // BPF_ALU | BPF_AND | BPF_K
const give_back = 0x06; // BPF_RET | BPF_K

const allow = 0x7fff_0000;
const answer = 0x0005_0000;
const kill_process = 0x8000_0000;

const number_at = 0;
const architecture_at = 4;
const arguments_at = 16;
const x86_64 = 0xc000_003e;
/// Numbers from here on are of another set of calls (x32).
const x32 = 0x4000_0000;

/// What one argument must be: its lower half, of which these bits, and its upper half 0 if all of it counts.
pub const Check = struct {
    argument: u8,
    mask: u32 = 0xffff_ffff,
    value: u32,
    is_whole: bool = false,
};

pub const Rule = union(enum) {
    allowed: linux.SYS,
    /// Only with arguments like these. Several rules of one call are alternatives.
    checked: struct { call: linux.SYS, checks: []const Check },
    /// Not done, and the caller is told so: it is asked for by libraries that can do without.
    refused: struct { call: linux.SYS, errno: linux.E },
};

pub const Filter = struct {
    const capacity = 512;

    code: [capacity]Instruction = undefined,
    length: u16 = 0,

    pub fn make(rules: []const Rule) Filter {
        var self: Filter = .{};
        self.add(load_word, architecture_at);
        self.jump(jump_equal, x86_64, 1, 0);
        self.add(give_back, kill_process);
        self.add(load_word, number_at);
        self.jump(jump_greater_equal, x32, 0, 1);
        self.add(give_back, kill_process);
        for (rules) |rule| switch (rule) {
            .allowed => |call| self.decide(call, allow),
            .refused => |refused| self.decide(refused.call, answer | @as(u32, @intFromEnum(refused.errno))),
            .checked => |checked| self.check(checked.call, checked.checks),
        };
        self.add(give_back, kill_process);
        return self;
    }

    fn decide(self: *Filter, call: linux.SYS, what: u32) void {
        self.jump(jump_equal, @intCast(@intFromEnum(call)), 0, 1);
        self.add(give_back, what);
    }

    fn check(self: *Filter, call: linux.SYS, checks: []const Check) void {
        var left: u8 = 2;
        for (checks) |one| left += if (one.is_whole) 5 else 3;
        self.jump(jump_equal, @intCast(@intFromEnum(call)), 0, left);
        left -= 1;
        for (checks) |one| {
            const at: u32 = arguments_at + 8 * @as(u32, one.argument);
            if (one.is_whole) {
                self.add(load_word, at + 4);
                left -= 2;
                self.jump(jump_equal, 0, 0, left);
            }
            self.add(load_word, at);
            self.add(keep_bits, one.mask);
            left -= 3;
            self.jump(jump_equal, one.value, 0, left);
        }
        self.add(give_back, allow);
        self.add(load_word, number_at);
    }

    fn add(self: *Filter, code: u16, k: u32) void {
        self.jump(code, k, 0, 0);
    }

    fn jump(self: *Filter, code: u16, k: u32, jt: u8, jf: u8) void {
        self.code[self.length] = .{ .code = code, .k = k, .jt = jt, .jf = jf };
        self.length += 1;
    }

    const Program = extern struct { length: u16, code: [*]const Instruction };

    /// From now on, for all threads. The process must have given up gaining privileges.
    pub fn install(self: *const Filter) bool {
        const set_filter = 1;
        const all_threads = 1;
        const program: Program = .{ .length = self.length, .code = &self.code };
        return linux.seccomp(set_filter, all_threads, &program) == 0;
    }
};

/// Whether the kernel can end a process for a call.
pub fn isAvailable() bool {
    const action_available = 2;
    const action: u32 = kill_process;
    return linux.seccomp(action_available, 0, &action) == 0;
}

/// What the kernel would make of a call, for tests: the rules of BPF that are used here.
fn decision(filter: *const Filter, call: linux.SYS, arguments: [6]u64) u32 {
    var data: [16]u32 = @splat(0);
    data[0] = @intCast(@intFromEnum(call));
    data[1] = x86_64;
    for (arguments, 0..) |argument, i| {
        data[4 + 2 * i] = @truncate(argument);
        data[5 + 2 * i] = @truncate(argument >> 32);
    }
    var at: usize = 0;
    var word: u32 = 0;
    while (true) {
        const instruction = filter.code[at];
        at += 1;
        switch (instruction.code) {
            load_word => word = data[instruction.k / 4],
            keep_bits => word &= instruction.k,
            jump_equal => at += if (word == instruction.k) instruction.jt else instruction.jf,
            jump_greater_equal => at += if (word >= instruction.k) instruction.jt else instruction.jf,
            give_back => return instruction.k,
            else => unreachable,
        }
    }
}

test "calls are allowed, refused, allowed for some arguments, or the end" {
    const filter: Filter = .make(&.{
        .{ .allowed = .futex },
        .{ .checked = .{ .call = .write, .checks = &.{.{ .argument = 0, .value = 7 }} } },
        .{ .checked = .{ .call = .sendto, .checks = &.{
            .{ .argument = 0, .value = 4 },
            .{ .argument = 4, .value = 0, .is_whole = true },
        } } },
        .{ .checked = .{ .call = .mprotect, .checks = &.{.{ .argument = 2, .mask = 4, .value = 0 }} } },
        .{ .refused = .{ .call = .openat, .errno = .ACCES } },
        .{ .refused = .{ .call = .write, .errno = .BADF } },
    });
    const zero: [6]u64 = @splat(0);
    try std.testing.expectEqual(allow, decision(&filter, .futex, zero));
    try std.testing.expectEqual(kill_process, decision(&filter, .socket, zero));
    try std.testing.expectEqual(answer | 13, decision(&filter, .openat, zero));
    try std.testing.expectEqual(allow, decision(&filter, .write, .{ 7, 0, 0, 0, 0, 0 }));
    try std.testing.expectEqual(answer | 9, decision(&filter, .write, .{ 8, 0, 0, 0, 0, 0 }));
    try std.testing.expectEqual(allow, decision(&filter, .sendto, .{ 4, 1, 1, 1, 0, 0 }));
    try std.testing.expectEqual(kill_process, decision(&filter, .sendto, .{ 4, 1, 1, 1, 1 << 40, 0 }));
    try std.testing.expectEqual(kill_process, decision(&filter, .sendto, .{ 5, 1, 1, 1, 0, 0 }));
    try std.testing.expectEqual(allow, decision(&filter, .mprotect, .{ 0, 0, 3, 0, 0, 0 }));
    try std.testing.expectEqual(kill_process, decision(&filter, .mprotect, .{ 0, 0, 7, 0, 0, 0 }));
}
