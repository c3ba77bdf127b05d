//! The build graph: V8 shim -> snapshot creator -> snapshot -> libnetwork_runtime.
//!
//!   zig build -Dv8=DIR [-Dbun=PATH] [-Doptimize=ReleaseFast]   the library, into zig-out/lib
//!   zig build test                                             the engine's own tests, without V8
const std = @import("std");

/// glibc of Debian 12 and later; older ones lack _dl_find_object, which libgcc_eh wants.
const default_target: std.Target.Query = .{
    .cpu_arch = .x86_64,
    .os_tag = .linux,
    .abi = .gnu,
    .glibc_version = .{ .major = 2, .minor = 35, .patch = 0 },
};

/// V8's archive is built against libstdc++, so everything that shares types with it uses GCC 12's headers and archives.
const gcc_include = "/usr/include/c++/12";
const gcc_include_arch = "/usr/include/x86_64-linux-gnu/c++/12";
const gcc_archives = "/usr/lib/gcc/x86_64-linux-gnu/12";

const cxx_flags = [_][]const u8{
    "-std=c++20",
    "-nostdinc++",
    "-isystem",
    gcc_include,
    "-isystem",
    gcc_include_arch,
    "-fno-rtti",
    "-fno-exceptions",
    "-fvisibility=hidden",
    "-Wall",
    "-Wextra",
    "-Werror",
    "-Wno-unused-parameter",
};

/// In the library and in the snapshot creator.
const shim_sources = [_][]const u8{};

/// In the library only: they replace parts of V8 and libc that matter where guests run.
const library_sources = [_][]const u8{};

/// Members of V8's archive whose functions the library replaces; linked first, with weak symbols.
const weakened_members = [_][]const u8{ "page-pool.o", "isolate-group.o" };

pub fn build(b: *std.Build) void {
    const target = b.standardTargetOptions(.{ .default_target = default_target });
    const optimize = b.standardOptimizeOption(.{ .preferred_optimize_mode = .ReleaseFast });
    addTests(b, target);

    const v8_dir = b.option([]const u8, "v8", "V8: a directory with include/ and x86_64-linux/libv8/obj/libv8_monolith.a") orelse {
        b.getInstallStep().dependOn(&b.addFail("say where V8 is: -Dv8=DIR (npm run setup fetches it)").step);
        return;
    };
    const bun = b.option([]const u8, "bun", "the Bun executable that bundles the prelude") orelse "bun";
    const v8: V8 = .{
        .include = .{ .cwd_relative = b.pathJoin(&.{ v8_dir, "include" }) },
        .archive = .{ .cwd_relative = b.pathJoin(&.{ v8_dir, "x86_64-linux/libv8/obj/libv8_monolith.a" }) },
    };

    const prelude = bundlePrelude(b, bun);
    const snapshot = makeSnapshot(b, target, optimize, v8, prelude);
    const library = addLibrary(b, target, optimize, v8, snapshot);
    b.installArtifact(library);
}

const V8 = struct { include: std.Build.LazyPath, archive: std.Build.LazyPath };

fn bundlePrelude(b: *std.Build, bun: []const u8) std.Build.LazyPath {
    const run = b.addSystemCommand(&.{ bun, "run" });
    run.addFileArg(b.path("prelude/build.ts"));
    addInputs(b, run, "prelude");
    return run.addOutputFileArg("prelude.js");
}

/// Every file below `directory` is an input of `run`.
fn addInputs(b: *std.Build, run: *std.Build.Step.Run, directory: []const u8) void {
    const io = b.graph.io;
    var dir = b.build_root.handle.openDir(io, directory, .{ .iterate = true }) catch return;
    defer dir.close(io);
    var walker = dir.walk(b.allocator) catch @panic("OOM");
    while (walker.next(io) catch null) |entry| {
        if (entry.kind == .file) run.addFileInput(b.path(b.pathJoin(&.{ directory, entry.path })));
    }
}

fn makeSnapshot(
    b: *std.Build,
    target: std.Build.ResolvedTarget,
    optimize: std.builtin.OptimizeMode,
    v8: V8,
    prelude: std.Build.LazyPath,
) std.Build.LazyPath {
    const module = b.createModule(.{ .target = target, .optimize = optimize, .link_libc = true });
    addShim(b, module, v8, &shim_sources);
    addShim(b, module, v8, &.{"snapshot_creator.cc"});
    linkV8(module, v8);
    const creator = b.addExecutable(.{
        .name = "snapshot-creator",
        .root_module = module,
        .use_llvm = true,
        .use_lld = true,
    });
    const run = b.addRunArtifact(creator);
    run.addFileArg(prelude);
    return run.addOutputFileArg("snapshot.bin");
}

fn addLibrary(
    b: *std.Build,
    target: std.Build.ResolvedTarget,
    optimize: std.builtin.OptimizeMode,
    v8: V8,
    snapshot: std.Build.LazyPath,
) *std.Build.Step.Compile {
    const module = b.createModule(.{
        .root_source_file = b.path("engine/root.zig"),
        .target = target,
        .optimize = optimize,
        .link_libc = true,
    });
    module.addAnonymousImport("snapshot", .{ .root_source_file = snapshot });
    addShim(b, module, v8, &shim_sources);
    addShim(b, module, v8, &library_sources);
    for (weakened_members) |member| module.addObjectFile(weaken(b, v8, member));
    linkV8(module, v8);
    const library = b.addLibrary(.{
        .name = "network_runtime",
        .linkage = .dynamic,
        .root_module = module,
        .use_llvm = true,
        .use_lld = true,
    });
    library.setVersionScript(b.path("engine/exports.map"));
    library.link_gc_sections = true;
    library.link_z_defs = true;
    return library;
}

fn addShim(b: *std.Build, module: *std.Build.Module, v8: V8, files: []const []const u8) void {
    module.addCSourceFiles(.{ .root = b.path("engine/v8"), .files = files, .flags = &cxx_flags });
    module.addIncludePath(b.path("engine/include"));
    module.addSystemIncludePath(v8.include);
}

fn linkV8(module: *std.Build.Module, v8: V8) void {
    module.addObjectFile(v8.archive);
    module.addObjectFile(.{ .cwd_relative = gcc_archives ++ "/libstdc++.a" });
    module.addObjectFile(.{ .cwd_relative = gcc_archives ++ "/libgcc_eh.a" });
}

fn weaken(b: *std.Build, v8: V8, member: []const u8) std.Build.LazyPath {
    const extract = b.addSystemCommand(&.{ "ar", "p" });
    extract.addFileArg(v8.archive);
    extract.addArg(member);
    const objcopy = b.addSystemCommand(&.{ "objcopy", "--weaken" });
    objcopy.addFileArg(extract.captureStdOut(.{}));
    return objcopy.addOutputFileArg(member);
}

fn addTests(b: *std.Build, target: std.Build.ResolvedTarget) void {
    const sanitize_thread = b.option(bool, "tsan", "run the engine's tests under ThreadSanitizer") orelse false;
    const tests = b.addTest(.{
        .root_module = b.createModule(.{
            .root_source_file = b.path("engine/tests.zig"),
            .target = target,
            .optimize = .Debug,
            .link_libc = true,
            .sanitize_thread = sanitize_thread,
        }),
        .use_llvm = true,
    });
    const run = b.addRunArtifact(tests);
    b.step("test", "Run the engine's own tests").dependOn(&run.step);
}
