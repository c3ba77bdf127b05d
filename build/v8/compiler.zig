//! How one unit is compiled, and programs are linked: by Zig's clang, and with nothing of the machine's.
const std = @import("std");
const Manifest = @import("manifest.zig").Manifest;
const Headers = @import("manifest.zig").Headers;
const jobs = @import("jobs.zig");
const Unit = @import("manifest.zig").Unit;
const LazyPath = std.Build.LazyPath;
const Run = std.Build.Step.Run;

pub const Compiler = struct {
    b: *std.Build,
    manifest: Manifest,
    target: []const u8,
    host: []const u8,
    /// Zig's own libraries are built for the first program that is linked.
    libraries: *std.Build.Step,
    /// What generators wrote, once that is known.
    generated: ?LazyPath = null,

    pub fn init(b: *std.Build, manifest: Manifest, target: []const u8, host: []const u8) Compiler {
        const empty = b.addWriteFiles().add("empty.cc", "int main() {}\n");
        const run = Run.create(b, "Zig's C++ library");
        run.addArgs(&.{ b.graph.zig_exe, "c++", "-target", host, "-O2" });
        run.addFileArg(empty);
        run.addArg("-o");
        _ = run.addOutputFileArg("empty");
        // Thousands of warnings, about itself.
        run.expectStdErrMatch("");
        run.expectExitCode(0);
        return .{ .b = b, .manifest = manifest, .target = target, .host = host, .libraries = &run.step };
    }

    /// No step names of its own would say which unit failed.
    fn start(compiler: Compiler, mode: []const u8, machine: @FieldType(Unit, "machine"), name: []const u8) *Run {
        const run = Run.create(compiler.b, name);
        jobs.limit(&run.step);
        run.addArgs(&.{ compiler.b.graph.zig_exe, mode, "-target", if (machine == .host) compiler.host else compiler.target, "-w" });
        return run;
    }

    pub const Compiled = struct { run: *Run, object: LazyPath };

    /// `source` is one file, `headers` what `precompile` made of the unit's.
    pub fn compile(compiler: Compiler, unit: Unit, source: LazyPath, headers: ?LazyPath) Compiled {
        const run = compiler.startUnit(unit, unit.machine, unit.name);
        if (headers) |file| {
            run.addArg("-include-pch");
            // By its folder, whose name says all that it was made of: the file is of 400 MB, and Zig's build is slow to hash.
            run.addDecoratedDirectoryArg("", file.dirname(), compiler.b.fmt("/{s}.pch", .{unit.precompiled.?}));
        }
        run.addArg("-c");
        run.addFileArg(source);
        return compiler.finishUnit(run, unit.name, "o");
    }

    pub fn precompile(compiler: Compiler, headers: Headers) Compiled {
        const b = compiler.b;
        var text: std.ArrayList(u8) = .empty;
        for (headers.headers) |header| text.print(b.allocator, "#include {s}\n", .{header}) catch @panic("OOM");
        const run = compiler.startUnit(headers, .target, b.fmt("{s} headers", .{headers.name}));
        run.addArgs(&.{ "-Xclang", "-fno-pch-timestamp", "-x", "c++-header" });
        run.addFileArg(b.addWriteFiles().add(b.fmt("{s}.h", .{headers.name}), text.items));
        return compiler.finishUnit(run, headers.name, "pch");
    }

    /// The working directory is the top of the crate, and what is not below it is mapped, so that no path of the machine gets
    /// into an object. `unit`: a Unit or Headers.
    fn startUnit(compiler: Compiler, unit: anytype, machine: @FieldType(Unit, "machine"), name: []const u8) *Run {
        const b = compiler.b;
        const config = compiler.manifest.configs.map.get(unit.config) orelse
            std.process.fatal("graph.json has no configuration {s}", .{unit.config});
        const run = compiler.start(if (config.language == .cc) "c++" else "cc", machine, name);
        run.addArgs(config.flags);
        // Zig takes every level but 0 for 2, and 0 for a debug build.
        run.addArgs(&.{ "-fno-addrsig", "-fno-ident", "-O2" });
        if (config.language != .@"asm") run.addArgs(&.{ "-Xclang", unit.optimize });
        for (config.defines) |define| run.addArg(b.fmt("-D{s}", .{define}));
        run.addArg("-Ihooks");
        for (config.includes) |include| {
            if (std.mem.startsWith(u8, include, "gen")) {
                if (!unit.generated) continue;
                const folder = compiler.generated.?;
                run.addPrefixedDirectoryArg("-I", if (include.len > 4) folder.path(b, include[4..]) else folder);
            } else {
                run.addArg(b.fmt("-I{s}", .{include}));
            }
        }
        // Precompiled headers know themselves by absolute paths.
        run.addArg(b.fmt("-fmacro-prefix-map={s}=.", .{b.graph.cache.cwd}));
        if (unit.generated) run.addDecoratedDirectoryArg("-fmacro-prefix-map=", compiler.generated.?, "=gen");
        return run;
    }

    fn finishUnit(compiler: Compiler, run: *Run, name: []const u8, extension: []const u8) Compiled {
        const b = compiler.b;
        // Without the headers of Zig's own: its version is part of every hash.
        run.addArgs(&.{ "-MMD", "-MF" });
        _ = run.addDepFileOutputArg(b.fmt("{s}.d", .{name}));
        run.addArg("-o");
        return .{ .run = run, .object = run.addOutputFileArg(b.fmt("{s}.{s}", .{ name, extension })) };
    }

    pub fn link(compiler: Compiler, name: []const u8, objects: []const LazyPath) LazyPath {
        const run = compiler.start("c++", .host, compiler.b.fmt("link {s}", .{name}));
        run.step.dependOn(compiler.libraries);
        run.addArgs(&.{ "-O2", "-pthread", "-Wl,--gc-sections" });
        for (objects) |object| run.addFileArg(object);
        run.addArg("-o");
        return run.addOutputFileArg(name);
    }

    /// The same bytes for the same objects: no times, no owners.
    pub fn archive(compiler: Compiler, name: []const u8, objects: []const LazyPath) LazyPath {
        const run = Run.create(compiler.b, compiler.b.fmt("archive {s}", .{name}));
        run.addArgs(&.{ compiler.b.graph.zig_exe, "ar", "qcsD" });
        const out = run.addOutputFileArg(name);
        for (objects) |object| run.addFileArg(object);
        return out;
    }
};
