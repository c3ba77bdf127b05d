//! The functions that compilers call for what the processor lacks (128-bit division, half floats): Zig's own, without
//! those of memory. Linked statically, Zig's memcpy and its like would stand in front of glibc's, which are several
//! times faster.
const std = @import("std");

const cut_from = "        _ = @import(\"compiler_rt/memcpy.zig\");\n";
const cut_to = "        symbol(&strlen, \"strlen\");\n";

/// Links them into `module`, which is to be built without Zig's (`bundle_compiler_rt = false`).
pub fn link(b: *std.Build, module: *std.Build.Module) void {
    const library = b.graph.zig_lib_directory;
    const text = library.handle.readFileAlloc(b.graph.io, "compiler_rt.zig", b.allocator, .unlimited) catch
        @panic("Zig's library has no compiler_rt.zig");
    const files = b.addWriteFiles();
    const root = files.add("compiler_rt.zig", withoutMemory(b, text));
    _ = files.addCopyDirectory(.{ .cwd_relative = b.pathJoin(&.{ library.path orelse ".", "compiler_rt" }) }, "compiler_rt", .{});
    const builtins = b.addObject(.{
        .name = "builtins",
        .root_module = b.createModule(.{
            .root_source_file = root,
            .target = module.resolved_target,
            .optimize = .ReleaseFast,
            .strip = true,
            .pic = true,
        }),
        .use_llvm = true,
    });
    builtins.link_function_sections = true;
    builtins.bundle_compiler_rt = false;
    module.addObject(builtins);
}

fn withoutMemory(b: *std.Build, text: []const u8) []const u8 {
    const start = std.mem.find(u8, text, cut_from) orelse @panic("build/builtins.zig does not know this Zig's compiler_rt.zig");
    const end = std.mem.find(u8, text, cut_to) orelse @panic("build/builtins.zig does not know this Zig's compiler_rt.zig");
    return b.fmt("{s}{s}", .{ text[0..start], text[end + cut_to.len ..] });
}
