//! What a child can still ask of the system: every system call by its number, each in a process of its own that has given
//! up what children give up. Prints a line for each: its number, its name, and "ends", "allowed" or the errno.
const std = @import("std");
const engine = @import("engine");
const linux = std.os.linux;

extern "c" fn syscall(number: c_long, ...) c_long;

const numbers_max = 480;
const sigalrm = 14;
const untouched: isize = 1 << 40;

const Shared = extern struct { layers: u32, result: isize };

pub fn main(init: std.process.Init.Minimal) !void {
    const has_jit = init.args.vector.len < 2;
    const page = linux.mmap(null, 4096, .{ .READ = true, .WRITE = true }, .{ .TYPE = .SHARED, .ANONYMOUS = true }, -1, 0);
    const shared: *Shared = @ptrFromInt(page);
    var number: u32 = 0;
    while (number < numbers_max) : (number += 1) {
        // Newer ones have no name here.
        const call = std.enums.fromInt(linux.SYS, number);
        const name = if (call) |known| @tagName(known) else "unnamed";
        var status: u32 = 0;
        while (true) {
            shared.* = .{ .layers = 0, .result = untouched };
            const pid: isize = @bitCast(linux.fork());
            if (pid == 0) tryCall(shared, number, has_jit);
            _ = linux.waitpid(@intCast(pid), &status, 0);
            // On a busy machine the time was over before the call was made.
            if (status & 0x7f != sigalrm or shared.layers != 0) break;
        }
        var buffer: [128]u8 = undefined;
        const line = try std.fmt.bufPrint(&buffer, "{d} {s} {s}\n", .{ number, name, outcome(shared, status, &errno_name) });
        _ = linux.write(1, line.ptr, line.len);
    }
}

var errno_name: [32]u8 = undefined;

fn outcome(shared: *const Shared, status: u32, buffer: []u8) []const u8 {
    const signal = status & 0x7f;
    const sigsys = 31;
    if (signal == sigsys) return "ends";
    if (signal == sigalrm) return "allowed";
    if (signal != 0) return std.fmt.bufPrint(buffer, "signal-{d}", .{signal}) catch unreachable;
    if (shared.layers & 3 != 3) return "not-confined";
    // It ended, slept or came back.
    if (shared.result == untouched) return "allowed";
    const errno = linux.errno(@bitCast(shared.result));
    return if (errno == .SUCCESS) "allowed" else std.fmt.bufPrint(buffer, "{t}", .{errno}) catch unreachable;
}

fn tryCall(shared: *Shared, number: u32, has_jit: bool) noreturn {
    // One that sleeps has been let through.
    _ = linux.syscall1(.alarm, 1);
    const start: engine.confinement.Start = .{ .host = linux.getppid() };
    const layers = engine.confinement.leave(start) orelse linux.exit_group(1);
    const confined = engine.confinement.finish(layers, .{ .bell = 4, .alarm = 5, .pid = linux.getpid(), .has_jit = has_jit }, 64);
    shared.layers = @bitCast(confined);
    // Arguments that are of no use to anybody: what counts is whether the call is made.
    const zero: c_long = 0;
    const result = syscall(@intCast(number), zero, zero, zero, zero, zero, zero);
    shared.result = if (result == -1) -@as(isize, std.c._errno().*) else result;
    linux.exit_group(0);
}
