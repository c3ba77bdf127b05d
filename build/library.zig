//! libnetwork_runtime: Zig, C++, V8, and the image that isolates start from, in one shared library.
const std = @import("std");
const builtins = @import("builtins.zig");
const sources = @import("sources.zig");
const Image = @import("snapshot.zig").Image;

pub fn add(
    own: sources.Sources,
    target: std.Build.ResolvedTarget,
    optimize: std.builtin.OptimizeMode,
    image: Image,
) *std.Build.Step.Compile {
    const b = own.b;
    const sanitized = own.sanitize != .none;
    const module = b.createModule(.{
        .root_source_file = b.path("engine/root.zig"),
        .target = target,
        .optimize = if (sanitized) .ReleaseSafe else optimize,
        // Symbols are for us alone: -Dsymbols keeps them, for a profiler.
        .strip = !sanitized and !own.symbols,
        .link_libc = true,
        .link_libcpp = true,
        .sanitize_c = if (sanitized) .full else null,
    });
    module.addAnonymousImport("snapshot", .{ .root_source_file = image.snapshot });
    module.addAnonymousImport("prelude", .{ .root_source_file = image.prelude });
    sources.addHeaders(b, module);
    // For Zig, which reads the two headers.
    own.given.addIncludes(b, module, own.target);
    for (own.inParts(), 0..) |files, i| {
        const part = b.createModule(.{
            .target = target,
            .optimize = module.optimize.?,
            .strip = module.strip,
            .pic = true,
            .link_libc = true,
            .link_libcpp = true,
            .sanitize_c = module.sanitize_c,
        });
        own.add(part, files);
        if (i == 0) own.addOverride(part);
        module.addObject(b.addObject(.{ .name = b.fmt("cpp-{d}", .{i}), .root_module = part, .use_llvm = true }));
    }
    module.addCSourceFile(.{ .file = makeEncodingTables(own), .flags = own.ownFlags() });
    module.addCSourceFile(.{ .file = b.path(own.extras orelse "engine/" ++ sources.extras), .flags = own.ownFlags() });
    own.given.addIcuData(b, module, own.target);
    module.addObject(addNoCompression(own, target, optimize));
    own.given.linkLibraries(b, module, own.target);
    own.given.linkV8(b, module);
    const library = b.addLibrary(.{
        .name = "network_runtime",
        .linkage = .dynamic,
        .root_module = module,
        .use_llvm = true,
        .use_lld = true,
    });
    library.step.dependOn(&addCppLibrary(b, target, optimize).step);
    // It is a program, too: engine/system/entry.h.
    library.entry = .{ .symbol_name = "nr_program_entry" };
    library.setVersionScript(b.path("engine/exports.map"));
    library.bundle_compiler_rt = false;
    builtins.link(b, module);
    library.link_gc_sections = true;
    // AddressSanitizer's runtime is found when the library is loaded.
    library.link_z_defs = own.sanitize != .address;
    return library;
}

/// Zig compiles the C++ library, two minutes of work, when it first links something with it, which would be after all of
/// ours: something small needs it at once.
fn addCppLibrary(b: *std.Build, target: std.Build.ResolvedTarget, optimize: std.builtin.OptimizeMode) *std.Build.Step.Compile {
    const module = sources.linkedWithCpp(b, target, optimize);
    const text = "#include <string>\nstd::string nr_early(int n) { return std::to_string(n); }\n";
    module.addCSourceFile(.{ .file = b.addWriteFiles().add("early.cc", text) });
    return b.addLibrary(.{ .name = "early", .linkage = .dynamic, .root_module = module, .use_llvm = true, .use_lld = true });
}

fn makeEncodingTables(own: sources.Sources) std.Build.LazyPath {
    const run = own.b.addSystemCommand(&.{ own.given.bun, "run" });
    run.addFileArg(own.b.path("engine/encodings/build.ts"));
    return run.addOutputFileArg("encoding_tables.cc");
}

/// The linker takes no member of an archive for what is already there.
fn addNoCompression(
    own: sources.Sources,
    target: std.Build.ResolvedTarget,
    optimize: std.builtin.OptimizeMode,
) *std.Build.Step.Compile {
    const ahead = own.b.createModule(.{ .target = target, .optimize = optimize, .link_libc = true });
    var plain = own;
    plain.sanitize = .none;
    plain.add(ahead, &.{sources.no_compression});
    return own.b.addObject(.{ .name = "no-compression", .root_module = ahead, .use_llvm = true });
}
