//! What differs between targets: one record for each. Nothing else in the build names a platform.
const std = @import("std");

pub const Target = struct {
    /// As in -Dtarget=NAME.
    name: []const u8,
    query: std.Target.Query,
    /// Files of engine/system/ that end in `_` and this are compiled, those of other names are not.
    libc: []const u8,
    /// Directory of the distribution's headers and archives in usr/include and usr/lib.
    multiarch: []const u8,
    /// Makes assembly of a section that is only read.
    read_only_section: []const u8,
};

pub const all = [_]Target{linux_x64_gnu};

const linux_x64_gnu: Target = .{
    .name = "linux-x64-gnu",
    // glibc of Debian 11 and Ubuntu 20.04.
    .query = .{
        .cpu_arch = .x86_64,
        .os_tag = .linux,
        .abi = .gnu,
        .glibc_version = .{ .major = 2, .minor = 31, .patch = 0 },
    },
    .libc = "glibc",
    .multiarch = "x86_64-linux-gnu",
    .read_only_section = ".section .rodata.nr_icu_data,\"a\",@progbits",
};

/// The record that the build is for.
pub fn chosen(b: *std.Build) *const Target {
    const name = b.option([]const u8, "target", "one of build/targets.zig (default: linux-x64-gnu)") orelse all[0].name;
    for (&all) |*target| if (std.mem.eql(u8, target.name, name)) return target;
    std.process.fatal("-Dtarget={s}: build/targets.zig has no such record", .{name});
}
