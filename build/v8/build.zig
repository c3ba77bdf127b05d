//! V8 from graph.json: host tools -> generated sources -> objects -> mksnapshot -> snapshot -> libv8.a.
//!
//!   cd CRATE && zig build --build-file .../build/v8/build.zig v8 -Dtriple=x86_64-linux-gnu.2.31 --prefix OUT
//!
//! CRATE is the prepared copy of the crate (scripts/v8/tree.mjs). Into OUT come lib/libv8.a and gen/, the generated headers.
const std = @import("std");
const Compiler = @import("compiler.zig").Compiler;
const Manifest = @import("manifest.zig").Manifest;
const jobs = @import("jobs.zig");
const Generator = @import("manifest.zig").Generator;
const Unit = @import("manifest.zig").Unit;
const Progress = @import("progress.zig").Progress;
const LazyPath = std.Build.LazyPath;

pub fn build(b: *std.Build) void {
    const host = b.option([]const u8, "host", "the triple of this machine") orelse "x86_64-linux-gnu.2.31";
    const triple = b.option([]const u8, "triple", "what V8 is built for (default: this machine)") orelse host;
    const times = b.option([]const u8, "times", "a file for the time that each unit took");
    jobs.init();
    const manifest = Manifest.read(b);
    var graph: Graph = .{
        .b = b,
        .manifest = manifest,
        .compiler = .init(b, manifest, triple, host),
        .progress = .create(b, times),
        .step = b.step("v8", "libv8.a and the headers that V8's build writes"),
        .outputs = b.allocator.alloc(?LazyPath, manifest.generators.len) catch @panic("OOM"),
        .precompiled = b.allocator.alloc(?LazyPath, manifest.precompiled.len) catch @panic("OOM"),
        .objects = b.allocator.alloc(?LazyPath, manifest.units.len) catch @panic("OOM"),
    };
    @memset(graph.outputs, null);
    @memset(graph.precompiled, null);
    @memset(graph.objects, null);
    graph.run();
    b.default_step = graph.step;
}

const Graph = struct {
    b: *std.Build,
    manifest: Manifest,
    compiler: Compiler,
    progress: *Progress,
    step: *std.Build.Step,
    /// By generator, the folder that it wrote.
    outputs: []?LazyPath,
    precompiled: []?LazyPath,
    /// By unit.
    objects: []?LazyPath,

    fn run(graph: *Graph) void {
        const b = graph.b;
        const gen = b.addNamedWriteFiles("gen");
        for (graph.manifest.generators, 0..) |generator, i| {
            if (!generator.headers) continue;
            _ = gen.addCopyDirectory(graph.generate(i), "", .{});
        }
        graph.compiler.generated = gen.getDirectory();
        graph.step.dependOn(&b.addInstallDirectory(.{
            .source_dir = gen.getDirectory(),
            .install_dir = .prefix,
            .install_subdir = "gen",
            .include_extensions = &.{ ".h", ".inc" },
        }).step);
        const archive = graph.compiler.archive("libv8.a", graph.objectsFor("archive"));
        graph.step.dependOn(&b.addInstallFile(archive, "lib/libv8.a").step);
    }

    fn objectsFor(graph: *Graph, product: []const u8) []const LazyPath {
        var list: std.ArrayList(LazyPath) = .empty;
        // What is not optimized last: of an inline function that several have, the linker takes the first.
        for ([_]bool{ true, false }) |optimized| for (graph.manifest.units, 0..) |unit, i| {
            if (unit.isFor(product) and optimized != std.mem.eql(u8, unit.optimize, "-O0"))
                list.append(graph.b.allocator, graph.object(i)) catch @panic("OOM");
        };
        return list.items;
    }

    fn object(graph: *Graph, index: usize) LazyPath {
        if (graph.objects[index]) |made| return made;
        const unit = graph.manifest.units[index];
        const headers = if (unit.precompiled) |name| graph.headersOf(name) else null;
        const compiled = graph.compiler.compile(unit, graph.source(unit), headers);
        graph.step.dependOn(graph.progress.count(&compiled.run.step, unit.name, unit.weight));
        graph.objects[index] = compiled.object;
        return compiled.object;
    }

    fn headersOf(graph: *Graph, name: []const u8) LazyPath {
        for (graph.manifest.precompiled, graph.precompiled) |unit, *made| {
            if (!std.mem.eql(u8, unit.name, name)) continue;
            if (made.* == null) {
                const compiled = graph.compiler.precompile(unit);
                graph.step.dependOn(graph.progress.count(&compiled.run.step, unit.name, unit.weight));
                made.* = compiled.object;
            }
            return made.*.?;
        }
        std.process.fatal("graph.json names no headers {s}", .{name});
    }

    fn source(graph: *Graph, unit: Unit) LazyPath {
        const first = unit.sources[0];
        if (unit.sources.len == 1) {
            return if (std.mem.startsWith(u8, first, "gen/")) graph.generated(first[4..]) else .{ .cwd_relative = first };
        }
        var text: std.ArrayList(u8) = .empty;
        for (unit.sources) |path| {
            const below = if (std.mem.startsWith(u8, path, "gen/")) path[4..] else path;
            text.print(graph.b.allocator, "#include \"{s}\"\n", .{below}) catch @panic("OOM");
        }
        // In a folder of its own, whose name only its text decides.
        return graph.b.addWriteFiles().add(graph.b.fmt("{s}.cc", .{unit.name}), text.items);
    }

    /// A source that a generator writes.
    fn generated(graph: *Graph, path: []const u8) LazyPath {
        for (graph.manifest.generators, 0..) |generator, i| {
            for (generator.outputs) |output| if (std.mem.eql(u8, output, path)) {
                const folder = if (generator.headers) graph.compiler.generated.? else graph.generate(i);
                return folder.path(graph.b, path);
            };
        }
        std.process.fatal("graph.json names no generator of {s}", .{path});
    }

    fn generate(graph: *Graph, index: usize) LazyPath {
        if (graph.outputs[index]) |made| return made;
        const b = graph.b;
        const generator = graph.manifest.generators[index];
        const command = b.addSystemCommand(&.{"python3"});
        command.setName(generator.name);
        command.addFileArg(b.path("generate.py"));
        const out = command.addOutputDirectoryArg("gen");
        command.addArgs(&.{ std.mem.join(b.allocator, ",", generator.outputs) catch @panic("OOM"), "--" });
        if (generator.tool) |name| {
            command.addFileArg(graph.tool(name));
        } else {
            command.addArg("python3");
            command.addArg(generator.script.?);
        }
        command.addArgs(generator.args);
        for (generator.inputs) |input| command.addFileInput(.{ .cwd_relative = input });
        graph.outputs[index] = out;
        return out;
    }

    /// A program that the build runs, with the data of ICU beside it. V8's hooks do nothing in it, and Temporal is missing.
    fn tool(graph: *Graph, name: []const u8) LazyPath {
        const b = graph.b;
        var list: std.ArrayList(LazyPath) = .empty;
        list.appendSlice(b.allocator, graph.objectsFor(name)) catch @panic("OOM");
        for ([_][]const u8{ "hooks/default_hooks.cc", "hooks/temporal_stubs.cc" }) |path| {
            const unit: Unit = .{
                .name = b.fmt("{s}-{s}", .{ name, std.fs.path.stem(path) }),
                .config = "v8-libbase",
                .optimize = "-O2",
                .machine = .host,
                .@"for" = &.{},
                .weight = 0,
                .sources = &.{path},
            };
            list.append(b.allocator, graph.compiler.compile(unit, .{ .cwd_relative = path }, null).object) catch @panic("OOM");
        }
        const folder = b.addWriteFiles();
        _ = folder.addCopyFile(.{ .cwd_relative = "icudtl.dat" }, "icudtl.dat");
        return folder.addCopyFile(graph.compiler.link(name, list.items), name);
    }
};
