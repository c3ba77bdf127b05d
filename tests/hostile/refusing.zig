//! Preloaded into a host: of the engine's calls for memory, one of REFUSE_EVERY fails from the call REFUSE_FROM on, chosen by
//! the seed REFUSE_SEED. The host's own calls are let through.
const std = @import("std");
const linux = std.os.linux;

const DlInfo = extern struct { file: ?[*:0]const u8, base: usize, symbol: ?[*:0]const u8, address: usize };
extern fn dladdr(address: usize, info: *DlInfo) c_int;
extern fn getenv(name: [*:0]const u8) ?[*:0]const u8;
extern fn __errno_location() *c_int;

/// The engine is smaller than that.
const engine_bytes_max = 256 << 20;

var engine_base = std.atomic.Value(usize).init(0);
var calls = std.atomic.Value(u32).init(0);

fn number(name: [*:0]const u8, otherwise: u32) u32 {
    const text = getenv(name) orelse return otherwise;
    return std.fmt.parseInt(u32, std.mem.span(text), 10) catch otherwise;
}

fn isEngine(caller: usize) bool {
    const known = engine_base.load(.monotonic);
    if (known != 0) return caller -% known < engine_bytes_max;
    var info: DlInfo = undefined;
    if (dladdr(caller, &info) == 0) return false;
    const file = info.file orelse return false;
    if (std.mem.indexOf(u8, std.mem.span(file), "network_runtime") == null) return false;
    engine_base.store(info.base, .monotonic);
    return true;
}

fn refuses(caller: usize) bool {
    if (!isEngine(caller)) return false;
    const call = calls.fetchAdd(1, .monotonic);
    if (call < number("REFUSE_FROM", 0)) return false;
    // Chosen by the call's number, so that a seed stands for the same choice however threads take turns.
    var random = std.Random.SplitMix64.init((@as(u64, number("REFUSE_SEED", 0)) << 32) | call);
    if (random.next() % number("REFUSE_EVERY", 1) != 0) return false;
    __errno_location().* = @intFromEnum(linux.E.NOMEM);
    return true;
}

fn answer(result: usize) usize {
    const failure = linux.errno(result);
    if (failure == .SUCCESS) return result;
    __errno_location().* = @intFromEnum(failure);
    return std.math.maxInt(usize);
}

fn mmap(address: usize, length: usize, protection: usize, flags: usize, file: usize, offset: usize) callconv(.c) usize {
    if (refuses(@returnAddress())) return std.math.maxInt(usize);
    return answer(linux.syscall6(.mmap, address, length, protection, flags, file, offset));
}

fn mprotect(address: usize, length: usize, protection: usize) callconv(.c) usize {
    if (refuses(@returnAddress())) return std.math.maxInt(usize);
    return answer(linux.syscall3(.mprotect, address, length, protection));
}

comptime {
    @export(&mmap, .{ .name = "mmap" });
    @export(&mmap, .{ .name = "mmap64" });
    @export(&mprotect, .{ .name = "mprotect" });
}
