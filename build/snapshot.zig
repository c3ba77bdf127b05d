//! The prelude's text, and the start-up snapshot that a program makes of it.
const std = @import("std");
const sources = @import("sources.zig");

/// What isolates start from.
pub const Image = struct {
    prelude: std.Build.LazyPath,
    snapshot: std.Build.LazyPath,

    pub fn make(own: sources.Sources, target: std.Build.ResolvedTarget, optimize: std.builtin.OptimizeMode) Image {
        const b = own.b;
        const prelude = bundlePrelude(b, own.given.bun);
        if (b.option([]const u8, "snapshot", "a start-up snapshot made before, of the same V8 and prelude")) |file| {
            return .{ .prelude = prelude, .snapshot = .{ .cwd_relative = file } };
        }
        const run = b.addRunArtifact(addCreator(own, target, optimize));
        run.addFileArg(prelude);
        return .{ .prelude = prelude, .snapshot = run.addOutputFileArg("snapshot.bin") };
    }
};

fn bundlePrelude(b: *std.Build, bun: []const u8) std.Build.LazyPath {
    const run = b.addSystemCommand(&.{ bun, "run" });
    run.addFileArg(b.path("prelude/build.ts"));
    sources.addInputs(b, run, "prelude");
    return run.addOutputFileArg("prelude.js");
}

fn addCreator(
    own: sources.Sources,
    target: std.Build.ResolvedTarget,
    optimize: std.builtin.OptimizeMode,
) *std.Build.Step.Compile {
    const b = own.b;
    // An object of its own, ahead of the archive: the linker would take the `main` of an ICU tool in there.
    const main = b.createModule(.{ .target = target, .optimize = optimize, .link_libc = true, .link_libcpp = true });
    own.add(main, &.{ sources.snapshot_creator, sources.icu_data, sources.stacks, sources.compile_ahead });
    // As in programs of V8's own build; there the classes' members are for nothing.
    main.addCSourceFile(.{ .file = b.path("build/v8/hooks/default_hooks.cc"), .flags = &.{ "-std=c++20", "-w" } });
    own.given.addIcuData(b, main, own.target);
    sources.addHeaders(b, main);
    const module = sources.linkedWithCpp(b, target, optimize);
    module.addObject(b.addObject(.{ .name = "snapshot-creator", .root_module = main, .use_llvm = true }));
    own.given.linkV8(b, module);
    return b.addExecutable(.{
        .name = "snapshot-creator",
        .root_module = module,
        .use_llvm = true,
        .use_lld = true,
    });
}
