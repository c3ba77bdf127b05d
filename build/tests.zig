//! The engine's own tests, without V8.
const std = @import("std");
const sources = @import("sources.zig");

pub fn add(b: *std.Build, target: std.Build.ResolvedTarget) void {
    const sanitize_thread = b.option(bool, "tsan", "run the engine's tests under ThreadSanitizer") orelse false;
    const module = b.createModule(.{
        .root_source_file = b.path("engine/tests.zig"),
        .target = target,
        .optimize = .Debug,
        .link_libc = true,
        .sanitize_thread = sanitize_thread,
    });
    for ([_][]const u8{ "engine/include", "engine/v8" }) |path| module.addIncludePath(b.path(path));
    sources.addHeaders(b, module);
    const tests = b.addTest(.{ .root_module = module, .use_llvm = true });
    const run = b.addRunArtifact(tests);
    b.step("test", "Run the engine's own tests").dependOn(&run.step);
}
